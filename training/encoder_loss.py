"""What the encoder is fitted to."""

import torch

Tensor = torch.Tensor


def contrastive_loss(anchors: Tensor, positives: Tensor, conflicts: Tensor, temperature: float) -> Tensor:
    """InfoNCE in both directions over unit vectors (pairs, size); `conflicts` (pairs, pairs) are no negatives.

    van den Oord et al. 2018; symmetric as in Radford et al. 2021.
    """
    logits = (anchors @ positives.T / temperature).masked_fill(conflicts, float("-inf"))
    backwards = (positives @ anchors.T / temperature).masked_fill(conflicts, float("-inf"))
    right = torch.arange(len(anchors), device=anchors.device)
    return (torch.nn.functional.cross_entropy(logits, right) + torch.nn.functional.cross_entropy(backwards, right)) / 2


def distillation_loss(student: Tensor, teacher: Tensor) -> Tensor:
    """One minus the cosine of unit vectors (texts, size)."""
    return (1 - (student * teacher).sum(1)).mean()
