"""Fits the encoder: terms of one code move together, those of its siblings apart; what the base knew is kept.

The student starts from some of the layers of the base. Its vectors are pulled towards those of the base (Hinton et al.
2015) while the contrastive loss teaches it codes, so that a few layers do what six did.
"""

import logging
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from tempfile import mkdtemp
from typing import Any

import torch

from models.artifacts import hash_file
from models.coding.encoder import Encoder
from models.coding.recognize import ENCODER_FILE, TOKENIZER_FILE
from training.encoder_batches import BatchPlan, Pair, find_conflicts
from training.encoder_config import EncoderConfig
from training.encoder_evidence import pair_evidence, read_unlabelled
from training.encoder_export import export_encoder
from training.encoder_loss import contrastive_loss, distillation_loss
from training.encoder_sources import EncoderData
from training.encoder_student import TextModel
from training.progress import track
from training.vector_cache import VectorCache

_REPORT_STEPS = 50
_UNLABELLED = 20_000
_log = logging.getLogger(__name__)

Watch = Callable[[int, int, float], None]


def _log_step(step: int, total: int, loss: float) -> None:
    if step % _REPORT_STEPS == 0:
        _log.info("encoder: step %d of %d, loss %.4f", step, total, loss)


@dataclass(frozen=True)
class _Lessons:
    """What is learned from: pairs, unlabelled chunks, and the teacher's vectors of them all."""

    plan: BatchPlan
    unlabelled: Sequence[str]
    codes_of: dict[str, frozenset[str]]
    teacher: VectorCache


def fit_encoder(base: Path, data: EncoderData, config: EncoderConfig, work: Path, watch: Watch = _log_step) -> Path:
    """The folder of a fitted transformer and its tokenizer, as a rule under `work`.

    What was fitted before from the same base, data and configuration is returned as it is, and a fit that was stopped
    goes on from its last checkpoint. `watch` hears of every step. About half an hour on two cores with AMX, minutes on
    a GPU.
    """
    if config.epochs == 0 or config.fitted:
        return config.fitted or base
    key = data.hash(base, config)
    folder = work / f"encoder-{key[:16]}"
    if folder.is_dir():
        return folder
    torch.manual_seed(config.seed)
    lessons = _prepare(base, data, config, work)
    student = TextModel.load(base, config.layers, max_tokens=config.max_tokens)
    checkpoint = work / f"encoder-{key[:16]}.checkpoint.pt"
    _train(student, lessons, checkpoint, watch)
    draft = Path(mkdtemp(dir=work))
    student.save(draft)
    shutil.copyfile(base / TOKENIZER_FILE, draft / TOKENIZER_FILE)
    draft.rename(folder)
    checkpoint.unlink(missing_ok=True)
    return folder


def _prepare(base: Path, data: EncoderData, config: EncoderConfig, work: Path) -> _Lessons:
    terms = data.terms(config)
    teacher = _open_teacher(base, work)
    evidence = pair_evidence(data.reports(), terms.learned, teacher) if config.evidence_rounds else []
    unlabelled = _sample_unlabelled(data.unlabelled, config) if config.unlabelled else []
    plan = BatchPlan(terms.learned, evidence, config)
    if config.distillation:
        teacher.encode([*terms.codes_of, *unlabelled])
    return _Lessons(plan, unlabelled, dict(terms.codes_of), teacher)


def _open_teacher(base: Path, work: Path) -> VectorCache:
    """The base as it would serve: its vectors of terms are kept where those of any served encoder are."""
    folder = work / "encoder-base"
    if not (folder / ENCODER_FILE).exists():
        export_encoder(base, folder)
    return VectorCache(
        work, Encoder(folder / ENCODER_FILE, folder / TOKENIZER_FILE, threads=2), hash_file(folder / ENCODER_FILE)
    )


def _sample_unlabelled(path: Path, config: EncoderConfig) -> list[str]:
    chunks = list(read_unlabelled(path))
    return Random(config.seed).sample(chunks, min(_UNLABELLED, len(chunks)))  # noqa: S311 - no secret


def _train(student: TextModel, lessons: _Lessons, checkpoint: Path, watch: Watch) -> None:
    config = lessons.plan.config
    total = lessons.plan.steps()
    optimizer = torch.optim.AdamW(student.module.parameters(), lr=config.rate, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _rate(step, total, config.warmup))
    parts = {"model": student.module, "optimizer": optimizer, "schedule": schedule}
    done = _restore(checkpoint, parts)
    student.module.train()
    for step, batch in track(_steps(lessons.plan, done), "encoder", total - done):
        loss = _loss(student, lessons, batch, step)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(student.module.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        if (step + 1) % config.checkpoint_steps == 0:
            _save(checkpoint, parts, step + 1)
        watch(step + 1, total, float(loss.detach()))
    student.module.eval()


def _steps(plan: BatchPlan, done: int) -> Iterator[tuple[int, list[Pair]]]:
    """Every batch of every epoch with its number, those that were done before left out."""
    step = 0
    for epoch in range(plan.config.epochs):
        for batch in plan.batches(epoch):
            if step >= done:
                yield step, batch
            step += 1


def _loss(student: TextModel, lessons: _Lessons, batch: Sequence[Pair], step: int) -> torch.Tensor:
    config = lessons.plan.config
    positives = [pair.positive for pair in batch]
    random = Random(f"{config.seed}/unlabelled/{step}")  # noqa: S311 - no secret
    others = random.sample(lessons.unlabelled, min(config.unlabelled, len(lessons.unlabelled)))
    vectors = student([*(pair.anchor for pair in batch), *positives, *others])
    anchors, known = vectors[: len(batch)], vectors[len(batch) :]
    conflicts = torch.from_numpy(find_conflicts(batch, lessons.codes_of)).to(student.device)
    loss = contrastive_loss(anchors, known[: len(batch)], conflicts, config.temperature)
    if config.distillation:
        teacher = torch.from_numpy(lessons.teacher.encode([*positives, *others])).to(student.device)
        loss = loss + config.distillation * distillation_loss(known, teacher)
    return loss


def _rate(step: int, total: int, warmup: float) -> float:
    """The share of the highest rate: up in a line, then down in a line to nothing."""
    rising = max(1, round(total * warmup))
    return min((step + 1) / rising, max(0.0, (total - step) / max(1, total - rising)))


def _restore(checkpoint: Path, parts: dict[str, Any]) -> int:
    """The number of steps that were done."""
    if not checkpoint.exists():
        return 0
    saved = torch.load(checkpoint, map_location="cpu", weights_only=True)
    for name, part in parts.items():
        part.load_state_dict(saved[name])
    return int(saved["steps"])


def _save(checkpoint: Path, parts: dict[str, Any], steps: int) -> None:
    draft = checkpoint.with_suffix(".draft")
    torch.save({"steps": steps, **{name: part.state_dict() for name, part in parts.items()}}, draft)
    draft.replace(checkpoint)
