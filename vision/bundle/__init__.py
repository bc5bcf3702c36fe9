"""What an exported run of pictures takes along: pictures in and out, by OpenCV and Pillow."""
