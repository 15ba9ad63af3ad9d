"""Wrong versions of ``shortcut_classes`` that the checker does not know by name."""


def _means(values, labels):
    return {
        label: sum(v for v, own in zip(values, labels, strict=True) if own == label)
        / labels.count(label)
        for label in sorted(set(labels))
    }


def _below(shares, areas, labels, test):
    inside, chance = _means(shares, labels), _means(areas, labels)
    return [label for label in sorted(set(labels)) if test(inside[label], chance[label])]


def below_half_of_chance(shares, areas, labels):
    return _below(shares, areas, labels, lambda share, area: share < area / 2)


def only_the_worst(shares, areas, labels):
    inside, chance = _means(shares, labels), _means(areas, labels)
    gaps = {label: inside[label] - chance[label] for label in inside}
    worst = min(gaps, key=gaps.get)
    return [worst] if gaps[worst] < 0 else []


def the_best_picture_decides(shares, areas, labels):
    return [
        label
        for label in sorted(set(labels))
        if all(s < a for s, a, own in zip(shares, areas, labels, strict=True) if own == label)
    ]


def the_worst_picture_decides(shares, areas, labels):
    return [
        label
        for label in sorted(set(labels))
        if any(s < a for s, a, own in zip(shares, areas, labels, strict=True) if own == label)
    ]


def the_first_picture_stands_for_its_class(shares, areas, labels):
    firsts = {label: labels.index(label) for label in sorted(set(labels))}
    return [label for label, at in firsts.items() if shares[at] < areas[at]]


def the_last_picture_stands_for_its_class(shares, areas, labels):
    last = {label: (share, area) for share, area, label in zip(shares, areas, labels, strict=True)}
    return [label for label in sorted(last) if last[label][0] < last[label][1]]


def the_first_class_is_never_suspected(shares, areas, labels):
    found = _below(shares, areas, labels, lambda share, area: share < area)
    return [label for label in found if label != min(labels)]


def classes_of_one_picture_are_left_out(shares, areas, labels):
    found = _below(shares, areas, labels, lambda share, area: share < area)
    return [label for label in found if labels.count(label) > 1]


def falling_order(shares, areas, labels):
    return _below(shares, areas, labels, lambda share, area: share < area)[::-1]


def once_for_each_picture(shares, areas, labels):
    found = _below(shares, areas, labels, lambda share, area: share < area)
    return sorted(label for label in labels if label in found)


def how_many(shares, areas, labels):
    return len(_below(shares, areas, labels, lambda share, area: share < area))


def means_of_all_pictures_but_this_class(shares, areas, labels):
    inside, chance = _means(shares, labels), sum(areas) / len(areas)
    return [label for label in inside if inside[label] < chance - 5]
