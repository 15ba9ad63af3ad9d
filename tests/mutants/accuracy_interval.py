"""Wrong versions of ``accuracy_interval`` that the checker does not know by name."""

import numpy as np

Z = 1.96


def _wilson(right, total, z=Z):
    share, weight = right / total, z**2 / total
    middle = (share + weight / 2) / (1 + weight)
    half = z * np.sqrt(share * (1 - share) / total + weight / (4 * total)) / (1 + weight)
    return np.array([middle - half, middle + half])


def of_nine_tenths(right, total):
    return _wilson(right, total, 1.645)


def of_ninety_nine_in_a_hundred(right, total):
    return _wilson(right, total, 2.576)


def of_the_mistakes(right, total):
    return _wilson(total - right, total)


def high_end_first(right, total):
    return _wilson(right, total)[::-1]


def one_image_less(right, total):
    return _wilson(right, total + 1)


def middle_and_half_width(right, total):
    low, high = _wilson(right, total)
    return np.array([(low + high) / 2, (high - low) / 2])


def twice_as_wide(right, total):
    low, high = _wilson(right, total)
    return np.array([low - (high - low) / 2, high + (high - low) / 2])


def worst_case_deviation(right, total):
    share, half = right / total, Z * 0.5 / np.sqrt(total)
    return np.array([share - half, share + half])


def clipped_normal(right, total):
    share = right / total
    half = Z * np.sqrt(share * (1 - share) / total)
    return np.clip([share - half, share + half], 0, 1)


def two_more_of_each(right, total):
    share = (right + 2) / (total + 4)
    half = Z * np.sqrt(share * (1 - share) / (total + 4))
    return np.array([share - half, share + half])


def quarter_forgotten(right, total):
    share, weight = right / total, Z**2 / total
    middle = (share + weight / 2) / (1 + weight)
    half = Z * np.sqrt(share * (1 - share) / total + weight / total) / (1 + weight)
    return np.array([middle - half, middle + half])


def not_divided_at_the_end(right, total):
    share, weight = right / total, Z**2 / total
    half = Z * np.sqrt(share * (1 - share) / total + weight / (4 * total))
    return np.array([share + weight / 2 - half, share + weight / 2 + half])


def share_of_the_mistakes_in_the_middle(right, total):
    low, high = _wilson(right, total)
    return np.array([1 - right / total - (high - low) / 2, 1 - right / total + (high - low) / 2])
