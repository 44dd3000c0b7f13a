"""Infers with NVIDIA's client for the Open Inference Protocol, as its users would: URL KEY."""

import sys

import numpy
import tritonclient.http as triton

url, key = sys.argv[1].removeprefix("http://"), sys.argv[2]
headers = {"Authorization": f"Bearer {key}"}
client = triton.InferenceServerClient(url)
assert client.is_server_live() and client.is_server_ready()
assert client.is_model_ready("score", headers=headers)
metadata = client.get_model_metadata("risk/score", headers=headers)
assert {one["name"] for one in metadata["inputs"]} == {"income", "debt"}, metadata

rows = {"income": [[10.0], [90.0]], "debt": [[5.0], [50.0]]}
answers = []
for binary in (False, True):
    inputs = []
    for name, values in rows.items():
        tensor = triton.InferInput(name, [2, 1], "FP32")
        tensor.set_data_from_numpy(numpy.array(values, dtype=numpy.float32), binary_data=binary)
        inputs.append(tensor)
    outputs = [triton.InferRequestedOutput("score", binary_data=binary)]
    answer = client.infer("score", inputs, outputs=outputs, headers=headers, request_id="first", model_version="1")
    assert answer.get_response()["id"] == "first"
    answers.append(answer.as_numpy("score"))
assert answers[0].shape == (2,) and (answers[0] == answers[1]).all(), answers
print("JSON and binary answers agree")

try:
    client.infer("score", inputs, outputs=outputs, headers={"Authorization": "Bearer lk_wrong"})
    sys.exit("a wrong key got an answer")
except triton.InferenceServerException as refusal:
    assert "key" in str(refusal), refusal
