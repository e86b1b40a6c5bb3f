"""Calls that follow from each other: Schemathesis goes on with the ids of answers, as a program would."""

from collections.abc import Callable, Iterator
from typing import Any

from schemathesis import Case
from schemathesis.core.transport import Response
from schemathesis.generation.stateful.state_machine import StepInput, StepOutput
from schemathesis.schemas import BaseSchema

from tests.openapi.documents import Document, body_example
from tests.openapi.filling import LINKS, at, filled, fits, id_of_one, named
from tests.openapi.world import World

Sending = Callable[[Case[Any], World], dict[str, Any]]

TOLD = {
    "slug": ("slug",),
    "token": ("token", "single_use_token"),
    "key": ("api_key",),
    "capability": ("capability",),
}
"""What is remembered of an answer beside its id, and by which names."""


def journey(document: Document, schema: BaseSchema, worlds: Iterator[World], sending: Sending) -> Any:
    """The machine; each of its journeys has a world of its own, so that it goes the same way again."""

    class Journey(schema.as_state_machine()):  # type: ignore[misc]
        def setup(self) -> None:
            self.known: dict[str, Any] = dict(next(worlds))

        def step(self, input: StepInput) -> StepOutput:
            """What comes from an earlier answer stays; the rest is as in the example, or the latest known."""
            if fits(input.case):
                self._fill(input.case, {name for _, name in input.applied_parameters})
            step: StepOutput = super().step(input)
            return step

        def _fill(self, case: Case[Any], linked: set[str | None]) -> None:
            known = at(case.path, self.known)
            for name in case.path_parameters.keys() - linked:
                case.path_parameters[name] = known[named(case.path, name)]
            case.query.update((name, known[name]) for name in case.query.keys() & LINKS - linked)
            example = body_example(document, case.method, case.path)
            if isinstance(case.body, dict) and example and None not in linked:
                case.body = filled(example, known)

        def after_call(self, response: Response, case: Case[Any]) -> None:
            super().after_call(response, case)
            if response.status_code in (200, 201) and "json" in response.headers["content-type"][0]:
                told = response.json()
                self._remember(told.get("data", told), case.path.rpartition("/")[2])

        def _remember(self, told: Any, collection: str) -> None:
            if isinstance(told, dict):
                for name in TOLD.keys() & told.keys():
                    self.known |= dict.fromkeys(TOLD[name], told[name])
                if "id" in told:
                    self.known[id_of_one(collection)] = told["id"]

        def get_call_kwargs(self, case: Case[Any]) -> dict[str, Any]:
            return sending(case, self.known)

    return Journey
