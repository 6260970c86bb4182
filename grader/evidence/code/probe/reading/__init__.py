"""Read what a program builds and trains, by following it on what is known of its values.

`read` is the entrance. `source` makes statements of scripts and notebooks; `expressions`, `comprehensions`, `loops`,
`statements` and `interpreter` follow them; `building` makes models; `training`, `steps` and `searches` note trainings;
`objects` makes objects of the student's classes; `reader` says what each call does; `rows` puts equal trainings
together. What a value is known to be is in `values`, what is done with values in `operations`, `python`, `arrays` and
`numpy_values`; libraries are in `library`, `loaders`, `numpy_calls` and `torch`. `sizes` and `work` say where to stop.
"""
