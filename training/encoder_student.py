"""The transformer that is fitted: some layers of the base, mean pooling, unit vectors."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
import torch
from tokenizers import Tokenizer
from torch.nn.utils.rnn import pad_sequence
from transformers import AutoModel

from models.coding.encoder import Vectors

_SLICE = 128


class MeanPooled(torch.nn.Module):
    """ids, mask (batch, tokens) -> unit vectors (batch, size): the mean of the token vectors under the mask."""

    def __init__(self, transformer: Any) -> None:
        super().__init__()
        self.transformer = transformer

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        states = self.transformer(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        weights = attention_mask.unsqueeze(-1).to(states.dtype)
        pooled = (states * weights).sum(1) / weights.sum(1).clamp(min=1e-9)
        return torch.nn.functional.normalize(pooled, dim=-1)


def load_transformer(folder: Path, layers: Sequence[int] | None = None, attention: str = "sdpa") -> Any:
    """The transformer at `folder`, with the given of its layers (default: all), without dropout."""
    transformer = AutoModel.from_pretrained(
        str(folder), attn_implementation=attention, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0
    )
    if layers is not None:
        kept = [transformer.encoder.layer[index] for index in layers]
        transformer.encoder.layer = torch.nn.ModuleList(kept)
        transformer.config.num_hidden_layers = len(kept)
    return transformer


class TextModel:
    """A transformer with its tokenizer, on a GPU where there is one; matrices are multiplied in bfloat16."""

    def __init__(self, transformer: Any, tokenizer: Path, *, max_tokens: int) -> None:
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self._transformer = transformer
        self.module = MeanPooled(transformer).to(self.device)
        self.size = int(transformer.config.hidden_size)
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.enable_truncation(max_tokens)
        self._tokenizer.no_padding()

    @classmethod
    def load(cls, folder: Path, layers: Sequence[int] | None = None, *, max_tokens: int) -> Self:
        """From the weights and `tokenizer.json` of a folder."""
        return cls(load_transformer(folder, layers), folder / "tokenizer.json", max_tokens=max_tokens)

    def save(self, folder: Path) -> None:
        """Writes weights and configuration; the tokenizer is the base's."""
        self._transformer.save_pretrained(str(folder))

    def __call__(self, texts: Sequence[str]) -> torch.Tensor:
        """*Shape:* (texts, size), float32. Texts of similar length share a slice, so little is spent on padding."""
        encodings = self._tokenizer.encode_batch(list(texts))
        tokens = [torch.tensor(encoding.ids) for encoding in encodings]
        order = sorted(range(len(tokens)), key=lambda row: len(tokens[row]))
        slices = [order[start : start + _SLICE] for start in range(0, len(order), _SLICE)]
        vectors = torch.cat([self._run([tokens[row] for row in rows]) for rows in slices])
        return vectors[torch.tensor(np.argsort(order), device=self.device)]

    def _run(self, tokens: list[torch.Tensor]) -> torch.Tensor:
        ids = pad_sequence(tokens, batch_first=True).to(self.device)
        lengths = torch.tensor([len(row) for row in tokens], device=self.device)
        mask = (torch.arange(ids.shape[1], device=self.device) < lengths[:, None]).long()
        with torch.autocast(self.device.type, torch.bfloat16):
            vectors: torch.Tensor = self.module(ids, mask)
        return vectors.float()

    @torch.no_grad()
    def encode(self, texts: Sequence[str]) -> Vectors:
        """*Shape:* (texts, size)."""
        result: Vectors = self(texts).cpu().numpy()
        return result
