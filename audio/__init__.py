"""Take the noise out of speech, judged as an ear would.

Three lines do what the commands do:

    import audio
    model = audio.fit("speech", "noise")
    model.predict("noisy.wav", out="clean.wav")
"""

from common.api import lazily

__all__ = ["AudioSettings", "Predictor", "SoundSource", "autopilot", "fit", "load"]

__getattr__ = lazily(__name__)
