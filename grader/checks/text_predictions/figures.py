"""Tables of the pages: the confusion of a model, texts on which two models disagree, and all pairs of models."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from grader.checks.text_predictions.measures import Comparison, adjusted_p_values
from grader.evidence.texts.record import (
    ComparedModels,
    ModelPredictions,
    TextPredictions,
    TextShown,
)
from grader.records.message import Code, Count, Name, Share, Value, message
from grader.records.section import Column, Table

#: Texts that are shown of which one model alone is right, for each of two.
_SHOWN = 6

#: A p value below this is shown as such.
_LEAST_P = 0.0001


def confusion_table(model: ModelPredictions, record: TextPredictions) -> Table:
    """A row for each actual class, a column for each predicted one, and the share that is right.

    Headings are names of classes alone, so that the table fits a telephone.
    """
    class_names = record.class_names
    counts = model.confusion
    heads = [message("text-models.name", model=Name(text=name)) for name in class_names]
    return Table(
        title=message("text-models.confusion", model=Name(text=model.name)),
        columns=(
            Column(title=message("figure.actual-class")),
            *(Column(title=head, numeric=True) for head in heads),
            Column(title=message("text-models.recall"), numeric=True),
        ),
        rows=tuple(
            (
                Name(text=name),
                *(Count(value=int(count)) for count in row),
                _recall(row, place, record.dataset),
            )
            for place, (name, row) in enumerate(zip(class_names, counts, strict=True))
        ),
    )


def _recall(row: Sequence[int], place: int, dataset: str) -> Value:
    total = int(sum(row))
    if not total:
        return Name(text="")
    return Share(value=round(int(row[place]) / total, 2), dataset=dataset)


def disagreement_table(comparison: Comparison, compared: ComparedModels) -> Table | None:
    """Some texts on which two models disagree, those first that the better one gets right; None without any."""
    first, second = comparison.first, comparison.second
    names = compared.record.class_names
    chosen = [
        item
        for right in (first, second)
        for item in list(_only_right(right, comparison, compared.record.disagreements))[:_SHOWN]
    ]
    if not chosen:
        return None
    return Table(
        title=message(
            "text-models.disagree", first=Name(text=first.name), second=Name(text=second.name)
        ),
        columns=(
            Column(title=message("text-models.text")),
            Column(title=message("figure.actual-class")),
            Column(title=message("text-models.name", model=Name(text=first.name))),
            Column(title=message("text-models.name", model=Name(text=second.name))),
        ),
        rows=tuple(
            (
                Name(text=item.text),
                *(
                    Name(text=names[int(classes[item.place])])
                    for classes in (first.labels, first.predicted, second.predicted)
                ),
            )
            for item in chosen
        ),
        notes=(
            message(
                "text-models.disagree-note",
                shown=Count(value=len(chosen)),
                discordant=Count(value=comparison.discordant),
            ),
        ),
    )


def _only_right(
    model: ModelPredictions, comparison: Comparison, shown: Sequence[TextShown]
) -> Iterator[TextShown]:
    other = comparison.second if model is comparison.first else comparison.first
    for item in shown:
        if model.is_right[item.place] and not other.is_right[item.place]:
            yield item


def pairs_table(pairs: Sequence[Comparison]) -> Table:
    """Every pair of models, with p values adjusted for their number."""
    names = ("first", "second", "only-first", "only-second", "p", "p-adjusted")
    adjusted = adjusted_p_values([pair.p_value for pair in pairs])
    return Table(
        title=message("text-models.pairs", count=Count(value=len(pairs), setting=True)),
        columns=tuple(
            Column(title=message(f"text-models.{name}"), numeric=place > 1)
            for place, name in enumerate(names)
        ),
        rows=tuple(
            (
                Name(text=pair.first.name),
                Name(text=pair.second.name),
                Count(value=pair.only_first),
                Count(value=pair.only_second),
                p_text(pair.p_value),
                p_text(value),
            )
            for pair, value in zip(pairs, adjusted, strict=True)
        ),
        notes=(message("text-models.holm"),),
    )


def p_text(value: float) -> Code:
    """A p value with two significant digits; below 0.0001 that alone is said."""
    return Code(text=f"< {_LEAST_P}" if value < _LEAST_P else f"{value:.2g}")


def p_relation(value: float) -> Code:
    """``p = 0.03``, or ``p < 0.0001``."""
    shown = p_text(value).text
    return Code(text=f"p {shown}" if shown.startswith("<") else f"p = {shown}")
