"""Curves over seeds, confusion matrices and grids of mistakes show the numbers they were given."""

import matplotlib as mpl
import numpy as np
import pytest

from cnncourse import viz

NAMES = ["shirt", "coat", "bag"]
IMAGES = np.arange(5 * 3 * 4, dtype=np.uint8).reshape(5, 3, 4)
TRUE, PREDICTED = [0, 1, 2, 2, 1], [0, 2, 2, 0, 0]


def pictures(figure):
    return [np.asarray(image.get_array()) for image in figure.findobj(mpl.image.AxesImage)]


def test_history_draws_the_mean_and_a_band_of_one_sample_deviation():
    # Deviations with S - 1: sqrt(2) and sqrt(8), by hand.
    (ax,) = viz.history({"a": [[1, 2], [3, 6]], "b": [5, 6, 7]}, "loss").axes
    first, second = ax.lines
    np.testing.assert_array_equal(first.get_xdata(), [1, 2])
    np.testing.assert_array_equal(first.get_ydata(), [2, 4])
    np.testing.assert_array_equal(second.get_xdata(), [1, 2, 3])
    np.testing.assert_array_equal(second.get_ydata(), [5, 6, 7])
    (band,) = ax.collections
    edge = band.get_paths()[0].vertices
    for epoch, mean, deviation in [(1, 2, 2**0.5), (2, 4, 8**0.5)]:
        heights = edge[edge[:, 0] == epoch, 1]
        assert heights.min() == pytest.approx(mean - deviation)
        assert heights.max() == pytest.approx(mean + deviation)
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["a", "b"]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("epoch", "loss")


def test_a_history_of_one_epoch_is_a_point():
    (ax,) = viz.history({"a": [0.5]}, "loss").axes
    assert ax.lines[0].get_marker() == "o"
    assert ax.get_legend() is None


def test_confusion_matrix_writes_counts_and_colours_shares_of_the_true_class():
    counts = [[8, 2, 0], [1, 1, 2], [0, 0, 0]]
    figure = viz.confusion_matrix(counts, NAMES)
    (ax,) = figure.axes
    assert [text.get_text() for text in ax.texts] == ["8", "2", "0", "1", "1", "2", "0", "0", "0"]
    np.testing.assert_allclose(pictures(figure)[0], [[0.8, 0.2, 0], [0.25, 0.25, 0.5], [0, 0, 0]])
    assert [label.get_text() for label in ax.get_yticklabels()] == NAMES
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("predicted", "true")


def test_numbers_contrast_with_their_cells_at_every_share():
    def luminance(colour):
        rgb = np.array(mpl.colors.to_rgb(colour))
        linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
        return linear @ [0.2126, 0.7152, 0.0722] + 0.05

    for share in range(0, 101, 10):
        figure = viz.confusion_matrix([[share, 100 - share], [0, 1]], NAMES[:2])
        (image,) = figure.axes[0].images
        cells = image.get_cmap()(image.norm(image.get_array()))[..., :3].reshape(-1, 3)
        for text, cell in zip(figure.axes[0].texts, cells, strict=True):
            a, b = luminance(cell), luminance(text.get_color())
            assert max(a, b) / min(a, b) >= 4.5, share


def test_misclassified_shows_the_mistakes_only_with_both_names():
    figure = viz.misclassified(IMAGES, TRUE, PREDICTED, NAMES)
    titles = [ax.get_title() for ax in figure.axes]
    assert titles == ["coat\nas bag", "bag\nas shirt", "coat\nas shirt"]
    np.testing.assert_array_equal(pictures(figure), IMAGES[[1, 3, 4]])


def test_the_most_confident_mistakes_come_first():
    sure = [1, 0.5, 1, 0.7, 0.9]
    figure = viz.misclassified(IMAGES, TRUE, PREDICTED, NAMES, sure, most=2)
    np.testing.assert_array_equal(pictures(figure), IMAGES[[4, 3]])


def mistakes(images=IMAGES, true=TRUE, predicted=PREDICTED, **options):
    return viz.misclassified(images, true, predicted, NAMES, **options)


BAD = {
    "no arm": (lambda: viz.history({}, "loss"), "runs"),
    "seven arms": (lambda: viz.history({c: [1] for c in "abcdefg"}, "loss"), "runs"),
    "NaN loss": (lambda: viz.history({"a": [1, np.nan]}, "loss"), "runs"),
    "arm of rank 3": (lambda: viz.history({"a": np.zeros((1, 2, 3))}, "loss"), "runs"),
    "not square": (lambda: viz.confusion_matrix([[1, 2]], ["a"]), "counts"),
    "negative count": (lambda: viz.confusion_matrix([[-1]], ["a"]), "counts"),
    "half a count": (lambda: viz.confusion_matrix([[0.5]], ["a"]), "counts"),
    "NaN count": (lambda: viz.confusion_matrix([[np.nan]], ["a"]), "counts"),
    "infinite count": (lambda: viz.confusion_matrix([[np.inf]], ["a"]), "counts"),
    "too many names": (lambda: viz.confusion_matrix([[1]], ["a", "b"]), "class_names"),
    "no mistake": (lambda: mistakes(predicted=TRUE), "predicted"),
    "class without name": (lambda: mistakes(true=[0, 1, 2, 3, 1]), "true"),
    "too few labels": (lambda: mistakes(true=[0, 1]), "true"),
    "probabilities as classes": (lambda: mistakes(predicted=[0.5] * 5), "predicted"),
    "confidence in per cent": (lambda: mistakes(confidence=[50] * 5), "confidence"),
    "too few confidences": (lambda: mistakes(confidence=[0.5]), "confidence"),
    "none drawn": (lambda: mistakes(most=0), "most"),
}


@pytest.mark.parametrize(("call", "name"), BAD.values(), ids=BAD)
def test_bad_input_names_the_argument(call, name):
    with pytest.raises(
        ValueError, match=rf"Invalid value for argument `{name}`: expected .*receiv"
    ):
        call()
