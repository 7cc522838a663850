"""What is shown of what was recognised, by profile: from which probability on, and as which tier."""

import json
from dataclasses import asdict, dataclass
from math import exp, log
from pathlib import Path
from typing import Self

from data.notes import Profile
from data.suggestions import Tier

POLICY_FILE = "policy.json"
# Below this, recognition is noise; profiles never look at it.
FLOOR = 0.003
_LEAST = 1e-12


@dataclass(frozen=True, slots=True)
class ProfilePolicy:
    """Scores from which a diagnosis is a candidate and from which it is suggested, and how many are listed.

    `service` is the probability from which a service is suggested. The score of a diagnosis becomes a probability by
    Platt's `slope` and `intercept`.
    """

    candidate: float
    suggested: float
    limit: int
    service: float = 0.5
    slope: float = 1.0
    intercept: float = 0.0

    def calibrate(self, score: float) -> float:
        """How probable it is that a diagnosis with this score is right, after all rules."""
        odds = log(max(score, _LEAST) / max(1 - score, _LEAST))
        return 1 / (1 + exp(-(self.slope * odds + self.intercept)))

    def find_service_tier(self, probability: float) -> Tier:
        """Services come from rules, not from the recogniser: those that are found are always shown."""
        return Tier.SUGGESTED if probability >= self.service else Tier.CANDIDATE

    def find_tier(self, probability: float) -> Tier | None:
        """None when the code is not shown."""
        if probability >= self.suggested:
            return Tier.SUGGESTED
        return Tier.CANDIDATE if probability >= self.candidate else None


@dataclass(frozen=True, slots=True)
class Policy:
    profiles: dict[Profile, ProfilePolicy]

    def of(self, profile: Profile) -> ProfilePolicy:
        return self.profiles[profile]

    @classmethod
    def load(cls, folder: Path) -> Self:
        values = json.loads((folder / POLICY_FILE).read_text("utf8"))
        return cls({Profile(name): ProfilePolicy(**policy) for name, policy in values.items()})

    def save(self, folder: Path) -> None:
        values = {profile.value: asdict(policy) for profile, policy in self.profiles.items()}
        (folder / POLICY_FILE).write_text(json.dumps(values, indent=2) + "\n", "utf8")
