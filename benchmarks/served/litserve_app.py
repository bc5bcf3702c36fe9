"""The same run behind LitServe: python litserve_app.py DOMAIN RUN PORT BATCH

One process for HTTP, one for the model. BATCH above 1 lets it answer so many clients in one call.
"""

import base64
import importlib
import sys
from typing import Any

import litserve as ls
import torch
from starlette.responses import Response

from common.runs import store
from served.domains import DOMAINS, wav_of

DOMAIN, RUN, PORT, BATCH = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
TASK, ASKED = importlib.import_module(f"{DOMAIN}.task").TASK, DOMAINS[DOMAIN]
PLAIN = DOMAIN in ("tabular", "text")


class Answers(ls.LitAPI):
    """What a developer would write for this run: decode, answer, encode."""

    def setup(self, device: str) -> None:
        torch.set_num_threads(1)
        self.pipeline = store.load(RUN, TASK, device="cpu")

    def decode_request(self, request):  # with a type, LitServe reads it from the address
        if PLAIN:
            return request[ASKED.unit]
        return ASKED.typed([one.file.read() for one in request.getlist("files")])

    def batch(self, inputs: list[Any]) -> list[Any]:
        return inputs

    def unbatch(self, output: list[Any]) -> list[Any]:
        return output

    def predict(self, asked: list[Any]) -> list[Any]:
        if BATCH == 1:
            return self._answers(asked)
        answers = iter(self._answers([one for client in asked for one in client]))
        return [[next(answers) for _ in client] for client in asked]

    def encode_response(self, output: Any) -> Any:
        if PLAIN:
            return {"answers": output}
        if DOMAIN == "vision":
            return {"pictures": [{"objects": objects} for objects in output]}
        wavs = [wav_of(one) for one in output]
        if len(wavs) == 1:
            return Response(wavs[0], media_type="audio/wav")
        return {"sounds": [{"wav": base64.b64encode(one).decode()} for one in wavs]}

    def _answers(self, examples: list[Any]) -> list[Any]:
        typed = ASKED.typed(examples) if PLAIN else examples
        found = ASKED.answer(TASK, self.pipeline, typed)
        if PLAIN:
            return ASKED.numbers_of(found)
        if DOMAIN == "audio":
            return found
        return [[_told(one) for one in objects] for objects in found]


def _told(one: Any) -> dict[str, float]:
    x, y = (round(place, 1) for place in one.centre)
    return {"class": one.label, "x": x, "y": y, "pixels": one.area}


if __name__ == "__main__":
    api = Answers(max_batch_size=BATCH, batch_timeout=0.005 if BATCH > 1 else 0.0)
    server = ls.LitServer(api, accelerator="cpu", workers_per_device=1, timeout=60)
    server.run(host="127.0.0.1", port=PORT, generate_client_file=False, log_level="error")
