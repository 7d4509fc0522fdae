// What models are told, and in which form they see a page. Texts of our own; the forms of answers are in choice.h and
// in the caller's schema. The page comes before the wish, so that two wishes about one page share their beginning
// (which providers keep in their caches).
#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "llm/chat.h"

namespace engine {

struct VariableNote {
  std::string name;
  std::string description = {};
};

// One action that does what the instruction says.
llm::Chat act_prompt(std::string_view instruction, std::string_view tree, const std::vector<VariableNote>& variables);

// The same after something was tried and failed.
struct Failed {
  std::string what;  // the action, in words
  std::string why;
};
llm::Chat heal_prompt(std::string_view instruction, const Failed& failed, std::string_view tree,
                      const std::vector<VariableNote>& variables);

// The second action of two; new_lines is what the first has brought up.
struct Done {
  std::string method;
  std::string description;
  std::vector<std::string> arguments = {};
};
llm::Chat second_step_prompt(std::string_view instruction, const Done& first, std::string_view new_lines,
                             const std::vector<VariableNote>& variables);

// Everything on the page that the instruction is about, with what could be done to each. No instruction: whatever one
// could act on.
llm::Chat observe_prompt(std::string_view instruction, std::string_view tree,
                         const std::vector<VariableNote>& variables);

// Data from the page.
llm::Chat extract_prompt(std::string_view instruction, std::string_view tree, bool has_links);

}  // namespace engine
