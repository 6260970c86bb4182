"""The table of repairs in the order in which they are applied, with the versions of Keras they concern."""

from __future__ import annotations

from grader.evidence.models.probe.repair import conversion, names, recurrent, settings, structure
from grader.evidence.models.probe.repair.base import Repair

#: Repairs of a model, before those of its layers.
FRAME_REPAIRS: tuple[Repair, ...] = (
    Repair("bare-list", "Keras up to 2.2.2", structure.bare_list),
    Repair("merge-branches", "Keras 1", structure.merge_branches),
    Repair("spread-ordering", "Keras 1", names.spread_ordering),
)

#: Repairs of one layer. Names come first, because later repairs look them up.
LAYER_REPAIRS: tuple[Repair, ...] = (
    Repair("strip-wrapper", "tensorflow-model-optimization", structure.strip_wrapper),
    Repair("plain-numbers", "Keras 2.1 to 2.2", settings.plain_numbers),
    Repair("rename-merge", "Keras 1", names.rename_merge),
    Repair("rename-class", "Keras 1 to 2.4", names.rename_class),
    Repair("rename-arguments", "Keras 1", names.rename_arguments),
    Repair("rename-slope", "Keras 1 to 2.15", names.rename_slope),
    Repair("plain-name", "Keras 1 to 2.15", names.plain_name),
    Repair("padding-ends", "Keras 1", names.padding_ends),
    Repair("drop-initialisers", "Keras 1 to 2.15", settings.drop_initializers),
    Repair("drop-constraints", "Keras 1 to 2.15", settings.drop_constraints),
    Repair("drop-training-layer", "Keras 2.2 to 2.15", settings.drop_training_layer),
    Repair("fix-dtype", "Keras 2.4 to 2.15", settings.fix_dtype),
    Repair("fix-axis", "tf.keras 1.13 to 2.15", settings.fix_axis),
    Repair("old-normalisation", "Keras 1", settings.old_normalization),
    Repair("fast-recurrent", "Keras 2.0 to 2.3", recurrent.fast_recurrent),
    Repair("old-gru", "Keras 1 to 2.2", recurrent.old_gru),
    Repair("drop-time-major", "tf.keras 1.13 to 2.15", recurrent.drop_time_major),
    Repair("plain-activations", "tf.keras 1.13 to 2.15", settings.plain_activations),
    Repair("old-hard-sigmoid", "Keras 1 to 2.15", settings.old_hard_sigmoid),
    Repair("shared-slopes", "Keras 1", settings.shared_slopes),
    Repair("input-shape", "Keras 1 to 2.15", settings.input_shape),
    Repair("drop-arguments", "Keras 1 to 2.15", settings.drop_arguments),
)

#: Repairs of a model, after those of its layers.
INPUT_REPAIRS: tuple[Repair, ...] = (
    Repair("insert-input", "Keras 1 to 2.15", structure.insert_input),
    Repair("infer-input", "Keras 1 to 2.15", structure.infer_input),
)

#: Repairs of the arrays that a file has under a layer's name.
ARRAY_REPAIRS: tuple[Repair, ...] = (
    Repair("drop-bookkeeping", "tf.keras 2.6 to 2.15", conversion.drop_bookkeeping),
)

#: Repairs of one layer's weights.
WEIGHT_REPAIRS: tuple[Repair, ...] = (
    Repair("join-gates", "Keras 1", conversion.join_gates),
    Repair("turn-kernels", "Keras 1", conversion.transpose_kernels),
    Repair("mirror-kernels", "Keras 1 to 2.3 on Theano", conversion.flip_kernels),
    Repair("plain-gates", "Keras 2.0 to 2.3", conversion.standard_gates),
    Repair("by-role", "Keras 1 to 2.15", conversion.sort_by_role),
)

REPAIRS: tuple[Repair, ...] = (
    *FRAME_REPAIRS,
    *LAYER_REPAIRS,
    *INPUT_REPAIRS,
    *ARRAY_REPAIRS,
    *WEIGHT_REPAIRS,
)
