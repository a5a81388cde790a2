"""Drives `patchbay sandbox` with OpenAI's own Python package; prints "ok" when every answer is as a client expects it."""
import json
import subprocess
import sys
import urllib.error
import urllib.request

import openai

server = subprocess.Popen([sys.argv[1], "sandbox", "--port", "0", "--json"], stdout=subprocess.PIPE, text=True)
try:
    url = json.loads(server.stdout.readline())["url"]
    client = openai.OpenAI(api_key="made-up-key", base_url=url + "/v1", max_retries=0, timeout=20)
    model = "gpt-4o-mini"

    said = client.chat.completions.create(
        model=model,
        messages=[
            {"role": "system", "content": "List the skills in the resume, one per line."},
            {"role": "user", "content": "Ten years of Swift and Python, then Kubernetes."},
        ],
    )
    assert {"Swift", "Python", "Kubernetes"} <= set(said.choices[0].message.content.split("\n")), said
    assert said.usage.total_tokens == said.usage.prompt_tokens + said.usage.completion_tokens > 0, said.usage
    assert said.choices[0].finish_reason == "stop"

    question = [{"role": "user", "content": "The office opens at nine. The lift is broken. When does the office open?"}]
    whole = client.chat.completions.create(model=model, messages=question).choices[0].message.content
    stream = client.chat.completions.create(
        model=model, messages=question, stream=True, stream_options={"include_usage": True}
    )
    chunks = list(stream)
    parts = "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)
    assert "nine" in whole and parts == whole, (whole, parts)
    assert chunks[-1].usage.total_tokens > 0

    schema = {
        "type": "object",
        "properties": {"mood": {"type": "string", "enum": ["calm", "angry"]}, "urgent": {"type": "boolean"}},
        "required": ["mood", "urgent"],
        "additionalProperties": False,
    }
    filled = client.chat.completions.create(
        model=model,
        messages=[{"role": "user", "content": "I am angry, this is urgent!"}],
        response_format={"type": "json_schema", "json_schema": {"name": "mood", "schema": schema, "strict": True}},
    )
    answer = json.loads(filled.choices[0].message.content)
    assert set(answer) == {"mood", "urgent"} and answer["mood"] in ("calm", "angry"), answer

    tool = {
        "type": "function",
        "function": {
            "name": "get_weather",
            "description": "The weather of a city",
            "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
        },
    }
    called = client.chat.completions.create(
        model=model,
        messages=[{"role": "user", "content": "What is the weather in Vienna?"}],
        tools=[tool],
        tool_choice="required",
    )
    call = called.choices[0].message.tool_calls[0]
    assert call.function.name == "get_weather" and "city" in json.loads(call.function.arguments), call
    assert called.choices[0].finish_reason == "tool_calls"

    response = client.responses.create(model=model, instructions="Answer from the text.", input=question[0]["content"])
    assert "nine" in response.output_text, response
    streamed = ""
    for event in client.responses.create(model=model, input=question[0]["content"], stream=True):
        if event.type == "response.output_text.delta":
            streamed += event.delta
    assert "nine" in streamed, streamed

    assert client.completions.create(model="gpt-3.5-turbo-instruct", prompt="Say something.").choices[0].text
    vectors = client.embeddings.create(model="text-embedding-3-small", input=["one", "one", "two"]).data
    assert vectors[0].embedding == vectors[1].embedding != vectors[2].embedding
    assert len(client.models.list().data) > 0
    assert client.moderations.create(model="omni-moderation-latest", input="hello").results[0].flagged is False

    for name, kind in [
        ("sandbox-quota", openai.RateLimitError),
        ("sandbox-invalid-key", openai.AuthenticationError),
        ("sandbox-too-long", openai.BadRequestError),
        ("sandbox-server", openai.InternalServerError),
    ]:
        try:
            client.chat.completions.create(model=name, messages=question)
            raise AssertionError(name + " did not fail")
        except kind:
            pass
    try:
        urllib.request.urlopen(url + "/v1/models", timeout=20)
        raise AssertionError("no key did not fail")
    except urllib.error.HTTPError as refused:
        assert refused.code == 401, refused.code
    print("ok")
finally:
    server.terminate()
    server.wait(10)
