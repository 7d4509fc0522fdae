// What is known of models: one table of families and versions. Looks only at the name. A version that is newer than all
// that are listed is taken for the newest of its family, a family of Anthropic's that is not listed for the newest of
// all, whatever its number; a name of no listed family is an ordinary model.
#pragma once
#include <string_view>

namespace llm {

// The tool by which a provider gives a model a screen.
enum class ScreenTool {
  none,               // not known to use one
  openai_preview,     // computer_use_preview
  openai,             // computer
  anthropic_2025_01,  // computer_20250124
  anthropic_2025_11,  // computer_20251124, which can zoom
  anthropic_toolset,  // computer_toolset_20260801: each action a tool of its own
  google,             // computerUse
  fara,               // words of its own in the text
};

struct Traits {
  bool openai_reasoning = false;       // "developer" for the system text, no temperature, max_completion_tokens
  std::string_view effort = {};        // the least that can be asked for where the answer is a choice; "": nothing is
  std::string_view verbosity = {};     // the same
  bool effort_beside_tools = false;    // Chat Completions takes function tools beside that effort only
  bool temperature = true;             // takes one
  bool forced_tools = true;            // takes a tool choice that leaves the model no other answer
  bool schema_in_prompt = false;       // follows a schema only when it reads it
  bool pictures = true;                // reads them
  bool turns = false;                  // takes no word of the user's directly behind a tool's result
  bool echoes_reasoning = false;       // wants reasoning_content back, "" where there was none
  bool anthropic_json_schema = false;  // takes output_config.format; otherwise a forced tool carries the schema
  bool adaptive_thinking = false;      // of Anthropic's: decides itself how much it thinks
  bool bedrock_cache = false;          // on Bedrock, which refuses cache points for models that it has no cache for
  bool signed_calls = false;           // of Google's: calls are signed, and results can hold pictures
  bool points = false;                 // finds points in pictures
  bool thousandths = false;            // says them in thousandths of the picture, whatever it is told
  ScreenTool screen = ScreenTool::none;
  int max_tokens = 4096;  // the most it answers with, for dialects that must be told
};
Traits traits_of(std::string_view model);

}  // namespace llm
