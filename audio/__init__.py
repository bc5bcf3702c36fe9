"""Take the noise out of speech, judged as an ear would.

python -m audio                                          the demo
python -m audio train --clean DIR --noise DIR            learn from your own recordings
python -m audio predict RUN noisy.wav --out clean.wav    clean a file, or a folder
"""
