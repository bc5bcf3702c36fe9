"""The API is what its OpenAPI says: requests are made from it, right ones and wrong ones."""

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode, checks
from schemathesis.specs.openapi import checks as openapi_checks

from tabular.task import TASK as TABULAR
from tests.serving.servers import served

FEW = settings(
    max_examples=10,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
ANY = [
    checks.not_a_server_error,
    openapi_checks.status_code_conformance,
    openapi_checks.content_type_conformance,
    openapi_checks.response_schema_conformance,
]
WRONG = [*ANY, openapi_checks.negative_data_rejection]


def asked_from_its_own_words(url):
    """Ask everything that OpenAPI names; return the statuses by operation."""
    schema = schemathesis.openapi.from_url(f"{url}/openapi.json")
    found = {}
    for offered in schema.get_all_operations():
        operation = offered.ok()
        found[operation.label] = ask(url, operation, GenerationMode.POSITIVE, ANY)
        if operation.body:  # a question without a body cannot be put wrongly
            ask(url, operation, GenerationMode.NEGATIVE, WRONG)
    return found


def ask(url, operation, mode, wanted):
    statuses = set()

    @FEW
    @given(case=operation.as_strategy(generation_mode=mode))
    def one(case):
        reply = case.call(base_url=url)
        statuses.add(reply.status_code)
        case.validate_response(reply, checks=wanted)

    one()
    return statuses


def test_prices(tabular_run):
    with served(TABULAR, tabular_run) as (_, url, client):
        found = asked_from_its_own_words(url)
        assert {"POST /predict", "POST /predict/batch", "POST /predict/file"} <= set(found)
        assert found["GET /health"] == found["GET /metadata"] == {200}
        assert 200 in found["POST /predict"]
        assert client.get("/health").status_code == 200
