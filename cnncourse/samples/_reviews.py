"""Film reviews whose verdict hangs on the order of neighbouring words."""

from __future__ import annotations

import numpy as np

from cnncourse import _checks

from . import _dice
from ._dice import Dice
from ._types import Reviews

_REVIEWS = 7
PAD, START, UNKNOWN, FIRST = 0, 1, 2, 4

_GOOD = ("good", "great", "funny", "clever", "moving", "fresh", "honest", "gripping", "charming",
         "warm", "sharp", "memorable")  # fmt: skip
_BAD = ("bad", "dull", "boring", "silly", "weak", "flat", "slow", "clumsy", "tired", "cold",
        "shallow", "forgettable")  # fmt: skip
_NEGATORS = ("not", "never", "hardly")
_INTENSIFIERS = ("very", "really", "truly", "so")
_BUT = "but"

_THINGS = ("plot", "story", "script", "acting", "music", "camera", "cast", "ending", "opening",
           "dialogue", "editing", "lighting", "score", "villain", "hero", "scenery", "pace",
           "humour", "romance", "mystery", "costume", "sound", "sequel", "remake",
           "scene")  # fmt: skip
_VERBS = ("was", "is", "felt", "seemed", "looked", "stayed", "became", "sounded")
_PEOPLE = ("sister", "brother", "mother", "father", "friend", "neighbour", "teacher", "uncle",
           "aunt", "cousin")  # fmt: skip
_PLACES = ("paris", "london", "tokyo", "berlin", "a village", "a harbour", "the desert",
           "the mountains", "a small town", "a hospital", "the city", "a school",
           "space")  # fmt: skip
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_TIMES = ("last year", "last night", "in spring", "in autumn", "on a train", "at home",
          "at the cinema", "on television", "in winter", "in summer")  # fmt: skip
_JOBS = ("detective", "painter", "nurse", "sailor", "soldier", "lawyer", "farmer", "singer",
         "doctor", "thief", "baker", "pilot", "gardener", "queen")  # fmt: skip
_ACTIONS = ("loses a letter", "finds a map", "leaves home", "meets a stranger", "buys a house",
            "hides a secret", "crosses the border", "writes a book", "returns to the sea",
            "searches for a brother", "keeps a diary", "learns to dance")  # fmt: skip
_FILLERS = (
    "i saw it {time}", "my {person} came with me", "we watched it on {day}",
    "the film takes place in {place}", "a {job} {action}", "then the {job} {action}",
    "it runs for two hours", "i had read the book before", "the {thing} begins in {place}",
    "my {person} had never heard of it", "it is not a sequel", "there is a {job} in it",
    "the credits are very long", "it was filmed in {place}", "so we talked about the {thing}",
    "the {job} is really a {job}", "and in the end the {job} {action}",
    "i had hardly slept", "they made it in {place}", "but that is another story",
)  # fmt: skip
_SLOTS = {
    "thing": _THINGS, "person": _PEOPLE, "place": _PLACES, "day": _DAYS, "time": _TIMES,
    "job": _JOBS, "action": _ACTIONS,
}  # fmt: skip


def _vocabulary() -> tuple[str, ...]:
    texts = (*_GOOD, *_BAD, *_NEGATORS, *_INTENSIFIERS, _BUT, *_VERBS, *_FILLERS, "the", "and")
    slots = (text for options in _SLOTS.values() for text in options)
    words = {word for text in (*texts, *slots) for word in text.split() if word[0] != "{"}
    return ("<pad>", "<start>", "<unknown>", "<unused>", *sorted(words))


VOCABULARY = _vocabulary()
_IDS = {word: number for number, word in enumerate(VOCABULARY)}
_SIGNS = {**{_IDS[word]: 1 for word in _GOOD}, **{_IDS[word]: -1 for word in _BAD}}
_NEGATOR_IDS = frozenset(_IDS[word] for word in _NEGATORS)
_INTENSIFIER_IDS = frozenset(_IDS[word] for word in _INTENSIFIERS)


def review_score(tokens: np.ndarray) -> int:
    """Score one review by the rule that made its label.

    Every opinion word counts +1 or -1, twice that right after an intensifier ("very good").
    A negator right before it, or before its intensifier, turns the sign ("not good",
    "never really dull"). An opinion right before "but" is taken back: it counts nothing.
    The review is positive where the sum is above 0. No window is wider than four words.

    Parameters
    ----------
    tokens : array_like of int, shape (length,)

    Returns
    -------
    int

    Raises
    ------
    ValueError
        If `tokens` has not one axis.

    Examples
    --------
    >>> from cnncourse import samples
    >>> ids = [samples.reviews(0).vocabulary.index(word) for word in "not very good".split()]
    >>> samples.review_score(ids)
    -2
    """
    ids = [int(token) for token in _checks.array("tokens", tokens, "length")]
    score = 0
    for at, word in enumerate(ids):
        if word not in _SIGNS or (at + 1 < len(ids) and ids[at + 1] == _IDS[_BUT]):
            continue
        strong = at > 0 and ids[at - 1] in _INTENSIFIER_IDS
        before = at - 1 - strong
        negated = before >= 0 and ids[before] in _NEGATOR_IDS
        score += _SIGNS[word] * (2 if strong else 1) * (-1 if negated else 1)
    return score


def _opinion(dice: Dice, wanted: int) -> list[str]:
    """Clause whose score has the sign `wanted`; its opinion word often says the contrary."""
    contrary = dice.chance(0.3)
    words = [dice.pick(_GOOD if (wanted > 0) != contrary else _BAD)]
    if dice.chance(0.35):
        words.insert(0, dice.pick(_INTENSIFIERS))
    if contrary:
        words.insert(0, dice.pick(_NEGATORS))
    if dice.chance(0.2):  # "bad but good": the word before the turn is taken back
        words = [dice.pick(_GOOD if wanted < 0 else _BAD), _BUT, *words]
    return ["the", dice.pick(_THINGS), dice.pick(_VERBS), *words]


def _filler(dice: Dice) -> list[str]:
    words: list[str] = []
    for part in dice.pick(_FILLERS).split():
        words += dice.pick(_SLOTS[part[1:-1]]).split() if part[0] == "{" else [part]
    return words


def _review(dice: Dice, label: int, length: int) -> list[int]:
    """Ids of one review of at most `length` tokens, start included."""
    wanted = 1 if label else -1
    room = dice.integer(length // 3, length + 1) - 1
    opinions = dice.integer(1, 2 + max(1, length // 30))
    clauses = [_opinion(dice, wanted) for _ in range(opinions)]
    against = [_opinion(dice, -wanted) for _ in range(dice.integer(0, opinions))]
    clauses += against
    used = len([word for clause in clauses for word in clause])
    while used > room and len(clauses) > 1:
        used -= len(clauses.pop())
    while True:
        clause = _filler(dice)
        if used + len(clause) > room:
            break
        clauses.append(clause)
        used += len(clause)
    order = dice.permutation(len(clauses))
    return [START, *(_IDS[word] for at in order for word in clauses[at])]


def reviews(
    count: int, length: int = 120, seed: int = 0, *, progress: bool | None = None
) -> Reviews:
    """Draw film reviews, as word ids, whose label hangs on the order of neighbouring words.

    Opinions ("not good", "so dull but clever") are strewn among words that tell nothing; the
    sign of `review_score`, which looks at windows of four words, is the label. Both classes use
    nearly the same words equally often, so counting words gets only part of the way. One
    neutral word in fifty is replaced by the unknown word. Every two reviews, counted from the
    first, hold one of each class.

    Parameters
    ----------
    count : int
        How many to draw, at least 0.
    length : int, default 120
        Tokens per review, padding included, at least 30. Reviews fill a third of it or more.
    seed : int, default 0
        At least 0. Item i depends on the set, the seed and i (and `length`) alone: a shorter draw
        is the beginning of a longer one.
    progress : bool, optional
        Show a progress bar: always, never, or (None) when drawing takes more than a second.

    Returns
    -------
    Reviews
        ``tokens`` int32 (N, length), padded in front, and ``labels`` int64 (N,).

    Raises
    ------
    ValueError
        If an argument is out of its range.

    Examples
    --------
    >>> from cnncourse import samples
    >>> drawn = samples.reviews(4)
    >>> drawn.tokens.shape, drawn.class_names
    ((4, 120), ('negative', 'positive'))
    """
    count, seed = _dice.request(count, seed, progress)
    length = _checks.integer("length", length, 30)
    labels = _dice.balanced(_REVIEWS, seed, count, 2)
    tokens = np.full((count, length), PAD, np.int32)
    for i in _dice.track(range(count), "reviews", progress):
        dice = _dice.item_dice(_REVIEWS, seed, i)
        while True:
            ids = np.array(_review(dice, int(labels[i]), length), np.int32)
            if (review_score(ids) > 0) == bool(labels[i]) and review_score(ids) != 0:
                break
        unknown = dice.table(len(ids), 0.0, 1.0) < 0.02
        neutral = np.array([_neutral(word) for word in ids.tolist()])
        ids[unknown & neutral] = UNKNOWN
        tokens[i, length - len(ids) :] = ids
    return Reviews(tokens, labels, VOCABULARY)


def _neutral(word: int) -> bool:
    """Whether a word may be struck out without touching the rule."""
    carries = word in _SIGNS or word in _NEGATOR_IDS or word in _INTENSIFIER_IDS
    return not carries and word not in (START, _IDS[_BUT])
