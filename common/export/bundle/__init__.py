"""What every bundle holds: copied out of here, with NumPy and ONNX Runtime alone."""
