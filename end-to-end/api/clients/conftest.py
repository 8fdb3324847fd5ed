"""A running server, whose address the suite says, and what is asked of it."""

import base64
import os
import pathlib

import openai
import pytest

ROOT = pathlib.Path(__file__).resolve().parents[3]
MODEL = "tesserae-135m"


@pytest.fixture(scope="session")
def url():
    return os.environ["TESSERAE_API_URL"]


@pytest.fixture(scope="session")
def picture_url():
    data = (ROOT / "models" / MODEL / "examples" / "coffee.jpg").read_bytes()
    return "data:image/jpeg;base64," + base64.b64encode(data).decode()


@pytest.fixture(scope="session")
def client(url):
    return openai.OpenAI(base_url=url + "/v1", api_key="not-needed", max_retries=0, timeout=120)
