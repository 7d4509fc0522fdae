"""What the providers' own packages count in the answers, beside what Belay tells of a run."""

import botocore.validate

import signing


def sum_of(input=0, output=0, cached=0, reasoning=0):
    return {"inputTokens": input, "outputTokens": output, "cachedInputTokens": cached or 0, "reasoningTokens": reasoning or 0}


def responses(reply):
    from openai.types.responses import Response
    usage = Response.model_validate(reply).usage
    return sum_of(usage.input_tokens, usage.output_tokens, usage.input_tokens_details.cached_tokens,
                  usage.output_tokens_details.reasoning_tokens)


def perplexity(reply):
    from perplexity.types.response_create_response import ResponseCreateResponse
    usage = ResponseCreateResponse.model_validate(reply).usage
    return sum_of(usage.input_tokens, usage.output_tokens, usage.input_tokens_details.cache_read_input_tokens)


def chat(reply):
    """Of a total that is more than its parts the rest was written as well."""
    from openai.types.chat import ChatCompletion
    usage = ChatCompletion.model_validate(reply).usage
    cached = getattr(usage, "prompt_cache_hit_tokens", None)
    if usage.prompt_tokens_details:
        cached = usage.prompt_tokens_details.cached_tokens
    reasoning = usage.completion_tokens_details.reasoning_tokens if usage.completion_tokens_details else 0
    return sum_of(usage.prompt_tokens, usage.total_tokens - usage.prompt_tokens, cached, reasoning)


def groq(reply):
    from groq.types.chat import ChatCompletion
    usage = ChatCompletion.model_validate(reply).usage
    return sum_of(usage.prompt_tokens, usage.completion_tokens, usage.prompt_tokens_details.cached_tokens,
                  usage.completion_tokens_details.reasoning_tokens)


def mistral(reply):
    from mistralai.client.models import ChatCompletionResponse
    usage = ChatCompletionResponse.model_validate(reply).usage
    return sum_of(usage.prompt_tokens, usage.completion_tokens, usage.additional_properties["num_cached_tokens"])


def anthropic(reply):
    from anthropic.types.beta import BetaMessage
    usage = BetaMessage.model_validate(reply).usage
    return sum_of(usage.input_tokens + usage.cache_read_input_tokens + usage.cache_creation_input_tokens, usage.output_tokens,
                  usage.cache_read_input_tokens, usage.output_tokens_details.thinking_tokens)


def gemini(reply):
    from google.genai import types
    usage = types.GenerateContentResponse.model_validate(reply).usage_metadata
    return sum_of(usage.prompt_token_count, usage.total_token_count - usage.prompt_token_count,
                  usage.cached_content_token_count, usage.thoughts_token_count)


def bedrock(reply):
    report = botocore.validate.ParamValidator().validate(reply, signing.converse().output_shape).generate_report()
    if report:
        raise ValueError(report)
    usage = reply["usage"]
    return sum_of(usage["totalTokens"] - usage["outputTokens"], usage["outputTokens"], usage["cacheReadInputTokens"])


def ollama(reply):
    from ollama import ChatResponse
    usage = ChatResponse.model_validate(reply)
    return sum_of(usage.prompt_eval_count, usage.eval_count)


COUNTS = {"responses": responses, "perplexity": perplexity, "chat": chat, "deepseek": chat, "xai": chat, "fara": chat,
          "groq": groq, "mistral": mistral, "anthropic": anthropic, "gemini": gemini, "bedrock": bedrock, "ollama": ollama}


def unreadable(case, reply):
    """An answer of the fake that the provider's package does not take is a fault of the test."""
    try:
        COUNTS[case["dialect"]](reply)
    except (ValueError, AttributeError, KeyError, TypeError) as error:
        return [f"the fake's answer: {str(error)[:300]}"]
    return []


def differences(case, run):
    if not run["captures"] or run["told"] is None:
        return []
    right = sum_of()
    for capture in run["captures"]:
        for name, count in COUNTS[case["dialect"]](capture["reply"]).items():
            right[name] += count
    return [f"usage: {name} ({run['told'].get(name)} told, {count} true)" for name, count in right.items()
            if run["told"].get(name, 0) != count]
