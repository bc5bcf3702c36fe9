"""Speech for the course: voices, what they say, and how it becomes sound."""

from audio.synthetic.speech.speaking import (
    LANGUAGES,
    SAMPLE_RATE,
    Utterance,
    speak,
    speak_all,
    voices,
)
from audio.synthetic.speech.texts import in_latin_letters, sentences

__all__ = [
    "LANGUAGES",
    "SAMPLE_RATE",
    "Utterance",
    "in_latin_letters",
    "sentences",
    "speak",
    "speak_all",
    "voices",
]
