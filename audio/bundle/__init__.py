"""What an exported run of sound takes along: spectra and streaming in NumPy, files by soundfile."""
