"""Sample data drawn from a seed."""

from ._flowers import flower_scenes, flowers
from ._garments import garments
from ._reviews import review_score, reviews
from ._source import shapes, source_task, textures
from ._types import Reviews, Samples

__all__ = [
    "Reviews",
    "Samples",
    "flower_scenes",
    "flowers",
    "garments",
    "review_score",
    "reviews",
    "shapes",
    "source_task",
    "textures",
]
