"""Exports golden models with PyTorch's own ONNX exporter, for the reader of weights out of ONNX graphs.

PyTorch folds and transposes the linear layers' weights and gives them anonymous names, as every graph exported from a
PyTorch model has them. Run after make_goldens.py:

    /usr/bin/python3 tests/oracles/make_onnx.py
"""

import json
import pathlib

import torch

import bert
import distilbert
import electra
from tensor_files import read_safetensors

GOLDEN = pathlib.Path(__file__).parent / "golden"
CASES = {
    "pair-gelu": (bert, 13),
    "qa-gelu": (bert, 17),
    "pair-distilbert": (distilbert, 17),
    "qa-distilbert-sinusoidal": (distilbert, 13),
    "pair-electra": (electra, 17),
    "qa-electra": (electra, 13),
}


class Exported(torch.nn.Module):
    """The model as exporters meet it: linear layers and embeddings as modules, under a name that tells nothing."""

    def __init__(self, encoder, config, parameters, head):
        super().__init__()
        self.encoder = encoder
        self.weights = torch.nn.ParameterList(torch.nn.Parameter(value) for value in parameters.values())
        self.names = list(parameters)
        self.config = config
        self.head = head

    def forward(self, input_ids, attention_mask, token_type_ids=None):
        model = self.encoder.Model(self.config, dict(zip(self.names, self.weights)))
        model.linear = lambda name, x: torch.nn.functional.linear(x, model.p[f"{name}.weight"], model.p[f"{name}.bias"])
        hidden = model.encoder(input_ids, token_type_ids, attention_mask)
        if self.head == "pair":
            return model.pair_logits(hidden)
        start, end = model.span_logits(hidden).split(1, dim=-1)
        return start.squeeze(-1), end.squeeze(-1)


def main():
    for name, (encoder, opset) in CASES.items():
        folder = GOLDEN / name
        config = json.loads((folder / "config.json").read_text())
        parameters = {key: value.float() for key, value in read_safetensors(folder / "model.safetensors").items()}
        head = name.split("-")[0]
        ids = torch.ones(2, 7, dtype=torch.long)
        outputs = ["logits"] if head == "pair" else ["start_logits", "end_logits"]
        inputs = ["input_ids", "attention_mask"] + (["token_type_ids"] if encoder is not distilbert else [])
        torch.onnx.export(
            Exported(encoder, config, parameters, head).eval(),
            (ids, ids, torch.zeros_like(ids))[: len(inputs)],
            folder / "exported.onnx",
            input_names=inputs,
            output_names=outputs,
            opset_version=opset,
            dynamic_axes={key: {0: "batch", 1: "sequence"} for key in inputs},
        )


if __name__ == "__main__":
    main()
