#!/usr/bin/python3
"""Saves the tensors of a safetensors file with torch.save, in the zip format or in the one before PyTorch 1.6.

usage: save_torch.py FILE.safetensors OUTPUT.bin zip|legacy
"""

import pathlib
import sys

import torch

from tensor_files import read_safetensors

source, target, form = sys.argv[1:]
torch.save(read_safetensors(pathlib.Path(source)), target, _use_new_zipfile_serialization=form == "zip")
