"""Sample data drawn from a seed: small, honest about being drawn, and worth looking at.

Every set is procedural: no file is read and no network is used. Images are drawn with
supersampling; boxes and masks are exact, because they come from what was drawn. The same seed
gives the same bytes on every machine: all drawing uses operations whose results IEEE 754 fixes
(see ``_exact``), and all randomness is taken from the raw words of PCG64 (see ``_dice``).

========================= ============================================== ======================
function                  draws                                          stands in for
========================= ============================================== ======================
`garments`                28 × 28 grey, ten classes                      Fashion-MNIST
`flowers`                 one flower, five species, box and mask         tf_flowers, pets
`flower_scenes`           one to six flowers, boxes and masks            Pascal VOC, BCCD
`shapes`                  sixteen outlines in any colour, box and mask   part of CIFAR-10
`textures`                fourteen patterns in any colours               –
`source_task`             both, as one task to pretrain on               ImageNet, very small
`emblems`                 160 shapes filled with patterns, box and mask  ImageNet, small
`garden`                  one made-up flower of 55 kinds                 iNaturalist, small
`reviews`                 word ids whose order decides the label         IMDB
========================= ============================================== ======================
"""

from ._emblems import emblems
from ._flowers import flower_scenes, flowers
from ._garden import garden
from ._garments import garments
from ._reviews import review_score, reviews
from ._source import shapes, source_task, textures
from ._types import Reviews, Samples

__all__ = [
    "Reviews",
    "Samples",
    "emblems",
    "flower_scenes",
    "flowers",
    "garden",
    "garments",
    "review_score",
    "reviews",
    "shapes",
    "source_task",
    "textures",
]
