"""Speech for the course: voices, what they say, and how it becomes sound."""

from audio.synthetic.speech.speaking import SAMPLE_RATE, Utterance, speak, speak_all, voices
from audio.synthetic.speech.texts import sentences

__all__ = ["SAMPLE_RATE", "Utterance", "sentences", "speak", "speak_all", "voices"]
