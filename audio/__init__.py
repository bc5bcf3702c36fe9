"""audio: take the noise out, judged as an ear would."""
