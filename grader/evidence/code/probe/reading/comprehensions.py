"""Comprehensions, round by round."""

from __future__ import annotations

import ast

from grader.evidence.code.probe.reading import arrays, datasets
from grader.evidence.code.probe.reading.expressions import Expressions
from grader.evidence.code.probe.reading.operations import ROUNDS, iterated, truth
from grader.evidence.code.probe.reading.sizes import is_known, length
from grader.evidence.code.probe.reading.values import UNKNOWN, Array, Scope, Value


class Comprehensions(Expressions):
    """Evaluates comprehensions."""

    def visit_ListComp(self, node: ast.ListComp) -> Value:
        found = self._comprehended(node.generators, node.elt)
        return self._mapped_rows(node) if found is None else found

    visit_GeneratorExp = visit_ListComp

    def _mapped_rows(self, node: ast.ListComp) -> Value:
        """What is done to each row of an array, as an array of as many rows."""
        first = node.generators[0]
        source = self.evaluate(first.iter)
        if len(node.generators) > 1 or first.ifs:
            return UNKNOWN
        if isinstance(source, range) and source:
            return self._counted_rows(first.target, source, node.elt)
        if not isinstance(source, Array) or not source.shape:
            return UNKNOWN
        self.assign(first.target, arrays.item(source, 0))
        inner = arrays.shape_of(self.evaluate(node.elt))
        return Array(
            None if inner is None else (source.shape[0], *inner), source.source, source.part
        )

    def _counted_rows(self, target: ast.expr, places: range, element: ast.expr) -> Value:
        """What is taken from an array place by place, more often than is followed."""
        self.assign(target, places[0])
        row = self.evaluate(element)
        if not isinstance(row, Array):
            return UNKNOWN
        count, whole = length(places), datasets.split_size(row.source)
        shape = None if row.shape is None else (count, *row.shape)
        return Array(shape, row.source, part=whole is not None and count < whole)

    def visit_SetComp(self, node: ast.SetComp) -> Value:
        found = self._comprehended(node.generators, node.elt)
        return set(found) if found is not None and is_known(found) else UNKNOWN

    def visit_DictComp(self, node: ast.DictComp) -> Value:
        pair = ast.Tuple([node.key, node.value], ast.Load())
        found = self._comprehended(node.generators, pair)
        if found is None or not is_known([key for key, _ in found]):
            return UNKNOWN
        return dict(found)

    def _comprehended(
        self, generators: list[ast.comprehension], element: ast.expr
    ) -> list[Value] | None:
        """The elements in order; None where what they are taken from is not known."""
        outer = self.scope
        self.scope = Scope(parent=outer, module=outer.module or outer)
        found: list[Value] = []
        try:
            return found if self._rounds(generators, element, found) else None
        finally:
            self.scope = outer

    def _rounds(
        self, generators: list[ast.comprehension], element: ast.expr, found: list[Value]
    ) -> bool:
        if not generators:
            found.append(self.evaluate(element))
            return len(found) < ROUNDS
        first, *others = generators
        items = iterated(self.evaluate(first.iter))
        if items is None:
            self.assign(first.target, UNKNOWN)
            self._rounds(others, element, [])
            return False
        for item in items:
            self.assign(first.target, item)
            tests = [truth(self.evaluate(test)) for test in first.ifs]
            if None in tests:
                return False
            if all(tests) and not self._rounds(others, element, found):
                return False
        return True
