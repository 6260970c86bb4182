"""What is left in the code of a model that was changed into that of a later exercise."""

from __future__ import annotations

from dataclasses import dataclass

from grader.checks.code.commented_models import commented_models
from grader.checks.code.fields import Field, Setting, settings
from grader.checks.code.filters import ModelFilter, accepted
from grader.evidence.code.record import Training
from grader.evidence.code.run_record import CodeShown
from grader.evidence.code.words import file_of, layers_text
from grader.records.message import Code, Message, Name, message

#: Fields of the data, which a model shares with the one it was changed into.
_OF_DATA: frozenset[Field] = frozenset({"data", "labels", "normalised"})


@dataclass(frozen=True)
class Remains:
    """A model that is not trained any more, and still stands in the code."""

    training: Training
    """As it would be trained; what it is set to is known in part."""
    in_comment: bool
    """Whether it is commented out; else it is built and compiled only."""

    @property
    def text(self) -> Message:
        """What and where it is."""
        return message(
            "code-check.commented-out" if self.in_comment else "code-check.compiled-only",
            where=Name(text=self.training.where),
            layers=Code(text=layers_text(self.training)),
        )


def changed_into(models: ModelFilter, code: CodeShown) -> list[Training]:
    """The trainings of what a model was changed into; none where it is trained itself, or nothing of the kind is."""
    later = models.changed_into
    if later is None or any(map(models.accepts, code.trainings)):
        return []
    return accepted(code.trainings, later)


def remains_of(models: ModelFilter, code: CodeShown) -> list[Remains]:
    """What is left of a model that was changed into another, compiled models first; none where it was not."""
    if not changed_into(models, code):
        return []
    left = [Remains(item, in_comment=False) for item in code.untrained]
    left += [Remains(item, in_comment=True) for item in commented_models(code)]
    return [item for item in left if models.accepts(item.training)]


def remaining_settings(
    field: Field, item: Remains, models: ModelFilter, code: CodeShown
) -> tuple[Setting, ...]:
    """What is known of a field of such a model; data are those that the same file trains on now."""
    if field not in _OF_DATA:
        # Without a word of epochs nothing is known, and a batch size that is not written may have been changed.
        is_default = field == "batch_size" and item.training.batch_size is None
        return () if is_default else settings(field, item.training, code)
    file = file_of(item.training.where)
    later = [each for each in changed_into(models, code) if file_of(each.where) == file]
    return tuple(dict.fromkeys(value for each in later for value in settings(field, each, code)))


def changed_text(models: ModelFilter, code: CodeShown) -> Message:
    """That a model may have been changed into the one that is trained now."""
    now = changed_into(models, code)[0]
    return message(
        "code-check.changed-into",
        model=models.text,
        where=Name(text=now.where),
        layers=Code(text=layers_text(now)),
    )
