"""How the encoder is fitted."""

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Share = Annotated[float, Field(ge=0, lt=1)]
Count = Annotated[int, Field(ge=1)]
Weight = Annotated[float, Field(ge=0)]


class EncoderConfig(BaseModel):
    """The student keeps `layers` of the base transformer; after 0 `epochs` the base is served, all of it, as it came.

    `fitted` names a folder of a fit before this one, which is taken as it is.

    A batch is `windows` runs of `window` neighbouring codes, so that most negatives are siblings. In an epoch a code
    is met at most `rounds` times, each time by another of its terms, and every piece of evidence `evidence_rounds`
    times. Of inclusion terms and lay words, `held_inclusions` and `held_words` are never learned: they measure.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    fitted: Path | None = None
    layers: tuple[int, ...]
    seed: int
    epochs: Annotated[int, Field(ge=0)]
    windows: Count
    window: Count
    rounds: Count
    evidence_rounds: Annotated[int, Field(ge=0)]
    unlabelled: Annotated[int, Field(ge=0)]
    temperature: Annotated[float, Field(gt=0)]
    distillation: Weight
    rate: Annotated[float, Field(gt=0)]
    warmup: Share
    max_tokens: Count
    checkpoint_steps: Count
    held_inclusions: Share
    held_words: Share
