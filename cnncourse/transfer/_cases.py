"""The four cases of transfer learning, and what everybody advises in each."""

from __future__ import annotations

from dataclasses import dataclass

from cnncourse import _checks

SIZES, SIMILARITIES = ("small", "large"), ("similar", "different")

NOTES = "Stanford CS231n, course notes: Transfer learning, cs231n.github.io/transfer-learning"
YOSINSKI = (
    "J. Yosinski and others, How transferable are features in deep neural networks?, "
    "NeurIPS 2014, arXiv:1411.1792"
)
RAZAVIAN = (
    "A. Razavian and others, CNN features off-the-shelf, CVPR workshops 2014, arXiv:1403.6382"
)
KORNBLITH = (
    "S. Kornblith, J. Shlens and Q. V. Le, Do better ImageNet models transfer better?, "
    "CVPR 2019, arXiv:1805.08974"
)


@dataclass(frozen=True)
class Advice:
    """What is usually advised in one of the four cases.

    Attributes
    ----------
    arm : {"frozen", "early", "fine-tuned", "from scratch"}
        The name of the approach in the course's study of the four cases.
    approach, reason : str
        In words.
    sources : tuple of str
        Where the advice comes from.
    """

    arm: str
    approach: str
    reason: str
    sources: tuple[str, ...]


TABLE = {
    ("small", "similar"): Advice(
        "frozen",
        "Freeze the whole base and train a small head on its last features.",
        "A few hundred images can't set millions of weights, and the last features already tell "
        "apart what looks like the source's classes.",
        (NOTES, RAZAVIAN),
    ),
    ("small", "different"): Advice(
        "early",
        "Freeze the base and train a small head on features from earlier layers.",
        "Late layers answer the source's question; early ones know edges, colours and textures, "
        "which every task needs.",
        (NOTES, YOSINSKI),
    ),
    ("large", "similar"): Advice(
        "fine-tuned",
        "Start from the pretrained weights and fine-tune all of them at a low rate.",
        "There are enough images to move every weight without learning them by heart, and the "
        "start is close to where one wants to go.",
        (NOTES, YOSINSKI),
    ),
    ("large", "different"): Advice(
        "fine-tuned",
        "Fine-tune all weights from the pretrained start; compare with a start from scratch.",
        "With many images a network could be trained from nothing, but pretrained weights are "
        "seldom the worse start, and are ready sooner.",
        (NOTES, KORNBLITH),
    ),
}


def recommend(size: str, similarity: str) -> Advice:
    """Return the usual advice for one of the four cases; chapter 9 measures whether it holds.

    Parameters
    ----------
    size : {"small", "large"}
        Of the target's training set: small is up to some hundred images, large is thousands.
    similarity : {"similar", "different"}
        Of the target's images and question to those of the pretraining.

    Returns
    -------
    Advice

    Raises
    ------
    ValueError
        If there is no such case.

    Examples
    --------
    >>> recommend("small", "different").arm
    'early'
    """
    size = _checks.choice("size", size, SIZES)
    return TABLE[size, _checks.choice("similarity", similarity, SIMILARITIES)]
