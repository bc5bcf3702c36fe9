"""What a file is that was taken for something else."""

from common.file_signatures import kind_of


def test_json_in_quotation_marks_is_told_from_a_cell_of_a_table():
    said = "JSON written as one text in quotation marks"
    json = rb'"[{\"text\": \"no water\", \"label\": \"spam\"}]"'
    assert kind_of(json) == kind_of(json + b"\r\n" + json) == kind_of(json[:30]) == said
    assert kind_of(rb'"[\"quoted\" text]",spam' + b"\n") is None
