"""The models that are asked, and the turns that they take. A case is one model of one provider; its dialect is how the provider
speaks (answers.py)."""

from dataclasses import dataclass, field

# A schema in which there is much that providers' strict modes refuse or do not know.
AWKWARD = {
    "type": "object", "$comment": "names and values in many forms", "title": "Order", "x-internal": True,
    "properties": {
        "kind": {"const": "order"},
        "size": {"enum": ["Small", "Large", None], "example": "Small"},
        "count": {"type": "integer", "minimum": 0, "exclusiveMaximum": 100, "deprecated": True},
        "code": {"type": "string", "pattern": "^(?!x)[a-z]+$", "minLength": 1, "readOnly": True},
        "note": {"type": ["string", "null"], "contentMediaType": "text/plain"},
        "more": {"type": "object", "propertyNames": {"maxLength": 9}, "properties": {"deep": {"type": "object", "properties": {
            "list": {"type": "array", "contains": {"type": "string"}, "items": {"type": "string"}}}}}},
        "either": {"anyOf": [{"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}, {"type": "null"}]},
        "maybe": {"type": "string", "nullable": True},
    },
    "required": ["kind", "size", "count", "code"],
}
ORDER = {"kind": "order", "size": "Small", "count": 1, "code": "abc", "note": None, "more": None, "either": None,
         "maybe": None}
# What no strict mode can say, with names of properties that not everybody takes.
LOOSE = {"type": "object", "properties": {
    "größe in cm": {"type": "string"}, "a b": {"enum": ["c", 1]}, "any": {}, "pair": {"type": "array"},
    "both": {"allOf": [{"type": "object", "properties": {"p": {"type": "string"}}},
                       {"type": "object", "properties": {"q": {"type": "string"}}, "required": ["q", "r"]}]}},
    "required": ["größe in cm", "a b", "both"]}
PARTS = {"größe in cm": "10", "a b": "c", "any": 1, "pair": [1], "both": {"p": "1", "q": "2", "r": 3}}

DONE = [{"calls": [("done", {"reasoning": "the title says so", "taskComplete": True})]}]


def element(role, name, method, value=None):
    """The call is made when the page is known: the id of what has this role and name goes into it."""
    return lambda find: ("element", {"id": find(role, name), "method": method, **({} if value is None else {"value": value})})


# What was said, thought, called in parallel, refused, shown in pictures; nested questions to a model; last words.
DOM = [
    {"thinking": "First I look.", "text": "I look at the page.", "calls": [("ariaTree", {})]},
    {"thinking": "A name first.", "calls": [element("textbox", "Name", "fill", "Ann"), ("screenshot", {})]},
    {"text": "Now by words.", "calls": [("act", {"action": "click Buy"})]},
    {"thinking": "It may go wrong.", "calls": [("element", {"id": "99-99", "method": "click"}), ("fly", {"how": "high"})]},
    {"calls": [("extract", {"instruction": "the title", "schema": {"type": "object", "properties": {"title": {
        "type": "string"}}, "required": ["title"]}}), ("screenshot", {})]},
    {"calls": [("screenshot", {})]},
    {"text": "It is bought.", "thinking": "That is all."},
]
HYBRID = [
    {"thinking": "By its place.", "text": "I click.", "calls": [("click", {"describe": "Buy", "coordinates": [140, 320]})]},
    {"calls": [("type", {"describe": "name", "text": "Bob", "coordinates": [150, 215]}), ("think", {"reasoning": "so far"})]},
    {"thinking": "Further down?", "calls": [("scroll", {"direction": "down"})]},
    {"calls": [("keys", {"method": "press", "value": "Tab"}), ("tabs", {"do": "list"})]},
    *DONE,
]
ENDS = {"calls": DONE[0]["calls"]}
SCREEN = {
    "responses": [
        {"thinking": "Where is it?", "text": "I look.", "screen": [{"type": "screenshot"}]},
        {"thinking": "There.", "screen": [{"type": "click", "button": "left", "x": 150, "y": 215}, {"type": "type", "text": "Ann"}]},
        {"screen": [{"type": "click", "button": "left", "x": 140, "y": 320}]},
        {"screen": [{"type": "keypress", "keys": ["TAB"]}]},
        {"text": "It is bought."}],
    "anthropic": [
        {"thinking": "Where is it?", "text": "I look.", "screen": [{"action": "screenshot"}]},
        {"thinking": "There.", "screen": [{"action": "left_click", "coordinate": [150, 215]}, {"action": "type", "text": "Ann"}]},
        {"screen": [{"action": "left_click", "coordinate": [140, 320]}]},
        {"screen": [{"action": "fly"}]},
        ENDS],
    "gemini": [
        {"thinking": "Where is it?", "text": "I look.", "screen": [("take_screenshot", {})]},
        {"thinking": "There.", "screen": [("click_at", {"x": 100, "y": 350}), ("wait", {"seconds": 0})]},
        {"screen": [("fly_at", {"x": 1, "y": 1})]},
        ENDS],
    "fara": [
        {"text": "I see a page.", "screen": [{"action": "left_click", "coordinate": [140, 315]}]},
        {"text": "And on.", "screen": [{"action": "key", "keys": ["Tab"]}]},
        {"text": "Done.", "screen": [{"action": "terminate", "status": "success"}]}],
}
VERBS = ("act", "observe", "extract", "loose", "dom", "hybrid")


@dataclass
class Case:
    name: str
    model: str  # provider/model
    dialect: str
    screen: bool = False  # whether its family can use one
    long: bool = False  # left out of the short form
    short_verbs: tuple = ("extract", "dom")
    verbs: tuple = VERBS
    options: dict = field(default_factory=dict)  # of the model's object
    own_url: bool = False  # from the server's environment, with credentials of there

    @property
    def provider(self):
        return self.model.split("/")[0]

    @property
    def family(self):
        """Whose name a violation has: a model stands for others of its kind."""
        return self.name

    def modes(self, everything):
        return (*(self.verbs if everything else self.short_verbs), *(("cua",) if self.screen else ()))

    def options_for(self, url):
        key = {} if self.own_url or self.provider == "ollama" else {"apiKey": "key-of-the-test"}
        place = {} if self.own_url else {"baseURL": f"{url}/{self.name}"}
        return {"modelName": self.model, **key, **place, **self.options}


CHAT = {"openaiEndpointFormat": "chat"}
RESPONSES = {"openaiEndpointFormat": "responses"}
CASES = [
    Case("openai", "openai/gpt-5.5", "responses", screen=True, short_verbs=("extract", "loose", "dom", "hybrid"), options=RESPONSES),
    Case("openai-6", "openai/gpt-6-sol", "responses", screen=True, options={**RESPONSES, "provider": "openai"}),
    Case("openai-preview", "openai/computer-use-preview", "responses", screen=True, verbs=(), short_verbs=(), options=RESPONSES),
    Case("openai-4", "openai/gpt-4.1-mini", "responses", long=True, options=RESPONSES),
    Case("openai-chat", "openai/gpt-5.6-sol", "chat", options=CHAT),
    Case("openai-chat-4", "openai/gpt-4.1-mini", "chat", long=True, options=CHAT),
    Case("azure", "azure/gpt-5.5", "chat", long=True),
    Case("gateway", "gateway/openai/gpt-5.5", "chat", long=True),
    Case("anthropic", "anthropic/claude-sonnet-4-6", "anthropic", screen=True, short_verbs=("extract", "loose", "dom", "hybrid")),
    Case("anthropic-5", "anthropic/claude-opus-5-5", "anthropic", screen=True, options={"provider": "anthropic"}),
    Case("anthropic-old", "anthropic/claude-sonnet-4-20250514", "anthropic", screen=True, long=True),
    Case("google", "google/gemini-2.5-flash", "gemini", short_verbs=("extract", "loose", "dom")),
    Case("google-3", "google/gemini-3.5-flash", "gemini", screen=True, short_verbs=("hybrid",)),
    Case("google-screen", "google/gemini-2.5-computer-use-preview-10-2025", "gemini", screen=True, verbs=(), short_verbs=(),
         long=True),
    Case("vertex", "vertex/gemini-3.5-flash", "gemini"),
    Case("bedrock", "bedrock/anthropic.claude-sonnet-4-5-20250929-v1:0", "bedrock", own_url=True,
         short_verbs=("extract", "loose", "dom")),
    Case("bedrock-key", "bedrock/amazon.nova-pro-v1:0", "bedrock", long=True),
    Case("mistral", "mistral/mistral-large-latest", "mistral"),
    Case("deepseek", "deepseek/deepseek-reasoner", "deepseek"),
    Case("xai", "xai/grok-4", "xai"),
    Case("groq", "groq/openai/gpt-oss-120b", "groq"),
    Case("cerebras", "cerebras/gpt-oss-120b", "groq", long=True),
    Case("togetherai", "togetherai/meta-llama/Llama-3.3-70B-Instruct-Turbo", "chat", long=True),
    Case("perplexity", "perplexity/sonar-pro", "perplexity"),
    Case("ollama", "ollama/qwen3", "ollama"),
    Case("microsoft", "microsoft/fara-7b", "fara", screen=True, verbs=(), short_verbs=()),
]
