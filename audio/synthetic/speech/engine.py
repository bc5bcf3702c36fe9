"""Speaks, in a process of its own: eSpeak NG keeps its state in globals and may end its process.

Runs alone, as a file, without this package and without site packages:

    python -I engine.py LIBRARY < requests.jsonl > sound

in the folder that holds espeak-ng-data, which eSpeak is told as "." since it cannot open every path
that a person may have. Each line of the input is a request; each answer is a line of JSON, then
as many bytes of 16-bit samples as the line says.
"""

import array
import ctypes
import json
import sys

SYNCHRONOUS, DO_NOT_EXIT = 2, 0x8000
RATE, VOLUME, PITCH = 1, 2, 3
UTF8 = 1
SEED = ctypes.c_long(1)
CALLBACK = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p
)


def main() -> None:
    library = ctypes.CDLL(sys.argv[1])
    sample_rate = library.espeak_Initialize(SYNCHRONOUS, 0, b".", DO_NOT_EXIT)
    samples = array.array("h")

    def take(block, count, events) -> int:
        if block and count:
            samples.frombytes(ctypes.string_at(block, 2 * count))
        return 0

    callback = CALLBACK(take)  # kept by this name: the library does not own it
    library.espeak_SetSynthCallback(callback)
    for line in sys.stdin.buffer:
        request = json.loads(line)
        del samples[:]
        library.espeak_ng_SetRandSeed(SEED)  # breath is random, and else seeded by the clock
        failed = library.espeak_SetVoiceByName(request["voice"].encode())
        for parameter, name in ((RATE, "speed"), (VOLUME, "volume"), (PITCH, "pitch")):
            failed = failed or library.espeak_SetParameter(parameter, request[name], 0)
        text = request["text"].encode() + b"\0"
        failed = failed or library.espeak_Synth(text, len(text), 0, 1, 0, UTF8, None, None)
        failed = failed or library.espeak_Synchronize()
        answer = {"failed": bool(failed), "sample_rate": sample_rate, "bytes": 2 * len(samples)}
        sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n" + samples.tobytes())
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
