"""A trained run leaves the laboratory: as ONNX, with its preparation in NumPy, without PyTorch."""
