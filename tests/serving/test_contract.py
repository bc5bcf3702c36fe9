"""The API is what its OpenAPI says: requests are made from it, right ones and wrong ones."""

import importlib

import pytest

from tests.serving.servers import served

BYTES = ("image/", "audio/", "video/", "text/", "application/vnd")


def asked_from_its_own_words(url):
    """Ask everything that OpenAPI names; return the statuses by operation."""
    import schemathesis  # takes seconds, and is for this file alone
    from schemathesis import GenerationMode, checks
    from schemathesis.specs.openapi import checks as openapi_checks

    right = [
        checks.not_a_server_error,
        openapi_checks.status_code_conformance,
        openapi_checks.content_type_conformance,
        openapi_checks.response_schema_conformance,
    ]
    wrong = [*right, openapi_checks.negative_data_rejection]
    schema = schemathesis.openapi.from_url(f"{url}/openapi.json")
    found = {}
    for offered in schema.get_all_operations():
        operation = offered.ok()
        for kind in operation.get_request_payload_content_types():
            if kind.startswith(BYTES) and kind != "text/plain":
                schemathesis.serializer.alias(kind, "application/octet-stream")
        found[operation.label] = ask(url, operation, GenerationMode.POSITIVE, right)
        kinds = operation.get_request_payload_content_types()
        # A question without a body cannot be put wrongly, nor bytes that may be any.
        if kinds and not kinds[0].startswith(BYTES):
            ask(url, operation, GenerationMode.NEGATIVE, wrong)
    return found


def ask(url, operation, mode, wanted):
    from hypothesis import HealthCheck, Phase, given, settings

    statuses = set()

    @settings(
        max_examples=4,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def one(case):
        reply = case.call(base_url=url)
        statuses.add(reply.status_code)
        case.validate_response(reply, checks=wanted)

    one()
    return statuses


def told_of(schema):
    """Yield what OpenAPI tells of each field, option and answer of the API, by its place."""
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            yield f"{method} {path}", operation["summary"]
            for one in operation.get("parameters", ()):
                yield f"{method} {path} {one['name']}", one.get("description")
    for name, model in schema["components"]["schemas"].items():
        yield name, model.get("description") or model.get("title")
        for field, told in model["properties"].items():
            yield f"{name}.{field}", told.get("description")


@pytest.mark.parametrize("name", ["tabular", "text", "vision", "audio"])
def test_what_is_asked_and_answered_is_what_openapi_says(name, request):
    task = importlib.import_module(f"{name}.task").TASK
    with served(task, request.getfixturevalue(f"{name}_run")) as (_, url, client):
        found = asked_from_its_own_words(url)
        assert {"POST /predict", "POST /predict/batch", "POST /predict/file"} <= set(found)
        assert found["GET /health"] == found["GET /metadata"] == {200}
        assert 200 in found["POST /predict"] or name in ("vision", "audio")
        assert client.get("/health").status_code == 200
        schema = client.get("/openapi.json").json()
        assert [place for place, told in told_of(schema) if not told] == []
        known = schema["components"]["schemas"]["Metadata"]["properties"]
        assert set(client.get("/metadata").json()) <= set(known)
