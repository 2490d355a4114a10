"""Every refusal is one object, found again in the log, with the status and words of its code."""

from __future__ import annotations

import json
from typing import Any

import pytest

from handschlag.gateway.cloud_api.error_answers import error_answer
from handschlag.gateway.errors import ApiError, CodedError
from handschlag.gateway.rules.error_codes import ERROR_CODES
from tests.gateway.house import House

pytestmark = pytest.mark.asyncio(loop_scope="module")

# HTTP statuses that are not 400, as the Cloud API's error page has them.
_OTHERS = {
    **dict.fromkeys((0, 190), 401),
    **dict.fromkeys((10, 200, 368, 130403, 130497, 131005, 131031), 403),
    **dict.fromkeys((3, 131000, 131016, 131045, 131057, 133000, 134102, 139103), 500),
    **dict.fromkeys((2, 133004), 503),
    132001: 404,
    613: 429,
}


async def test_statuses_are_those_of_the_table() -> None:
    assert {code: row.status for code, row in ERROR_CODES.items() if row.status != 400} == _OTHERS


@pytest.mark.parametrize("code", [4, 80007, 130429, 131056, 133016, 139100, 200007])
async def test_any_code_has_its_title_and_says_when_to_come_again(code: int) -> None:
    answer = error_answer(CodedError(code, "field: got 5, at most 4", retry_after=7.2), "Atrace")
    error = json.loads(bytes(answer.body))["error"]  # type: ignore[arg-type]
    assert error["message"] == f"(#{code}) {ERROR_CODES[code].title}"
    assert error["error_data"] == {"messaging_product": "whatsapp", "details": "field: got 5, at most 4"}
    assert answer.headers["Retry-After"] == "7"


async def test_words_for_people_and_results_beside_the_error() -> None:
    refused = ApiError("body: got nothing")
    refused.user_title, refused.user_message, refused.beside = "Title", "Message", {"messaging_product": "whatsapp"}
    answer = json.loads(bytes(error_answer(refused, "A").body))  # type: ignore[arg-type]
    assert answer["messaging_product"] == "whatsapp"
    error = answer["error"]
    assert (error["error_user_title"], error["error_user_msg"], error["is_transient"]) == ("Title", "Message", False)


@pytest.mark.parametrize(
    ("method", "path", "request_"),
    [
        ("GET", "/{phone}", {"headers": {}}),
        ("GET", "/", {}),
        ("GET", "/999", {}),
        ("GET", "/{phone}/nothing/at/all", {}),
        ("POST", "/{phone}/calls", {}),
        ("PATCH", "/{phone}/messages", {}),
        ("POST", "/{phone}/messages", {"data": b"{", "headers": {"Content-Type": "application/json"}}),
        ("POST", "/{phone}/messages", {"json": {}}),
        ("GET", "/message/NOTHING", {"headers": {}}),
        ("GET", "/oauth/access_token", {"headers": {}}),
        ("POST", "/{waba}?is_enabled_for_insights=x", {}),
    ],
)
async def test_the_trace_id_of_any_refusal_stands_in_the_log(
    shared_house: House, capsys: pytest.CaptureFixture[str], method: str, path: str, request_: Any
) -> None:
    row = shared_house.company
    if request_.get("headers"):
        request_ = {**request_, "headers": {**shared_house.headers, **request_["headers"]}}
    path = path.format(phone=row.phone_number_id, waba=row.waba_id)
    status, answer, headers = await shared_house.call(method, path, **request_)
    assert status >= 400
    trace_id = answer["error"]["fbtrace_id"]
    assert headers["x-fb-trace-id"] == trace_id
    captured = capsys.readouterr()
    assert trace_id in captured.out + captured.err
