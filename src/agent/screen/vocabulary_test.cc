// Every action of every family: done, or refused in words.
#include <gtest/gtest.h>

#include "agent/screen/words.h"
#include "agent/testing/scripted_hand.h"
#include "json/read.h"
#include "json/write.h"

namespace agent::screen {
namespace {

const Situation kSituation{.window = {1000, 500}, .pointer = {7, 8}};

std::string gestures_of(const Deed& deed) {
  if (!deed.refusal.empty()) return "refused: " + deed.refusal;
  std::string out;
  for (const Gesture& gesture : deed.gestures) out += (out.empty() ? "" : "; ") + testing::shown(gesture);
  return out;
}

std::string read(Family family, std::string name, std::string_view arguments, const Situation& situation = kSituation) {
  const auto value = json::read(arguments);
  EXPECT_TRUE(value) << arguments;
  std::string out;
  for (const Deed& deed :
       vocabulary_of(family).read({.id = "c", .name = std::move(name), .arguments = value->get_object()}, situation)) {
    EXPECT_TRUE(deed.action.begin()->key() == "type") << arguments;
    EXPECT_EQ(deed.refusal.empty() || deed.gestures.empty(), true);
    out += (out.empty() ? "" : " | ") + gestures_of(deed);
  }
  return out;
}

struct Case {
  const char* written;
  const char* done;
};

TEST(OpenAiVocabulary, DoesEveryActionOrRefusesIt) {
  const Case cases[] = {
      {R"({"type":"click","x":5,"y":6,"button":"left"})", "click 5,6 left x1"},
      {R"({"type":"click","x":5,"y":6})", "click 5,6 left x1"},
      {R"({"type":"click","x":5,"y":6,"button":"right"})", "click 5,6 right x1"},
      {R"({"type":"click","x":5,"y":6,"button":"wheel"})", "click 5,6 middle x1"},
      {R"({"type":"click","x":5,"y":6,"button":"back"})", "back"},
      {R"({"type":"click","x":5,"y":6,"button":"forward"})", "forward"},
      {R"({"type":"click","x":5,"y":6,"button":"third"})",
       "refused: \"third\" is not a button of this mouse; use left, right, wheel, back or forward"},
      {R"({"type":"click","x":5,"y":6,"keys":["CTRL","SHIFT"]})", "click 5,6 left x1 +Control +Shift"},
      {R"({"type":"click","x":5,"y":6,"keys":["A"]})",
       "refused: \"A\" is not a modifier; hold ctrl, shift, alt or meta"},
      {R"({"type":"click","x":5})", "refused: click needs x and y"},
      {R"({"type":"click","x":5000,"y":6})",
       "refused: the point (5000, 6) is outside of the screen, which is 1000 x 500"},
      {R"({"type":"click","x":1000,"y":500})", "click 999,499 left x1"},
      {R"({"type":"double_click","x":5,"y":6})", "click 5,6 left x2"},
      {R"({"type":"triple_click","x":5,"y":6})", "click 5,6 left x3"},
      {R"({"type":"drag","path":[{"x":1,"y":2},{"x":3,"y":4},{"x":5,"y":6}]})", "drag 1,2 3,4 5,6"},
      {R"({"type":"drag","path":[[1,2],[3,4]],"keys":["SHIFT"]})", "drag 1,2 3,4 +Shift"},
      {R"({"type":"drag","path":[[1,2]]})", "refused: drag needs path: two points or more"},
      {R"({"type":"keypress","keys":["CTRL","A"]})", "press Control+A"},
      {R"({"type":"keypress","keys":["CMD","A"]})", "press Control+A"},
      {R"({"type":"keypress","keys":["ENTER"]})", "press Enter"},
      {R"({"type":"keypress","keys":["DOWN","DOWN"]})", "press ArrowDown; press ArrowDown"},
      {R"({"type":"keypress","keys":[]})", "refused: keypress needs keys"},
      {R"({"type":"move","x":1,"y":2})", "move 1,2"},
      {R"({"type":"screenshot"})", "look"},
      {R"({"type":"scroll","x":1,"y":2,"scroll_x":0,"scroll_y":-300})", "scroll 1,2 by 0,-300"},
      {R"({"type":"scroll","x":1,"y":2,"scroll_y":300,"keys":["CTRL"]})", "scroll 1,2 by 0,300 +Control"},
      {R"({"type":"type","text":"hi %name%"})", "type hi %name%"},
      {R"({"type":"type"})", "refused: type needs text"},
      {R"({"type":"wait"})", "wait 1000ms"},
      {R"({"type":"wait","ms":2500})", "wait 2500ms"},
      {R"({"type":"teleport","x":1})",
       "refused: \"teleport\" is not an action of this computer; use click, double_click, drag, keypress, move, "
       "screenshot, scroll, type, wait"},
      {"7",
       "refused: \"\" is not an action of this computer; use click, double_click, drag, keypress, move, "
       "screenshot, scroll, type, wait"}};
  for (const Case& each : cases)
    EXPECT_EQ(read(Family::openai, "computer", std::string(R"({"actions":[)") + each.written + "]}"), each.done)
        << each.written;
  EXPECT_EQ(read(Family::openai, "computer", R"({"actions":[{"type":"wait"},{"type":"screenshot"}]})"),
            "wait 1000ms | look");
  EXPECT_EQ(read(Family::openai, "computer", R"({"actions":[]})"), "refused: the call names no action");
}

TEST(AnthropicVocabulary, DoesEveryActionOrRefusesIt) {
  const Case cases[] = {
      {R"({"action":"screenshot"})", "look"},
      {R"({"action":"left_click","coordinate":[5,6]})", "click 5,6 left x1"},
      {R"({"action":"left_click"})", "click 7,8 left x1"},
      {R"({"action":"left_click","coordinate":["5","6"],"text":"ctrl+shift"})", "click 5,6 left x1 +Control +Shift"},
      {R"({"action":"left_click","coordinate":[5]})", "refused: left_click needs coordinate: [x, y]"},
      {R"({"action":"right_click","coordinate":[5,6]})", "click 5,6 right x1"},
      {R"({"action":"middle_click","coordinate":[5,6]})", "click 5,6 middle x1"},
      {R"({"action":"double_click","coordinate":[5,6]})", "click 5,6 left x2"},
      {R"({"action":"triple_click","coordinate":[5,6]})", "click 5,6 left x3"},
      {R"({"action":"left_click_drag","start_coordinate":[1,2],"coordinate":[3,4]})", "drag 1,2 3,4"},
      {R"({"action":"left_click_drag","coordinate":[3,4]})", "drag 7,8 3,4"},
      {R"({"action":"left_click_drag","start_coordinate":[1,2]})", "refused: left_click_drag needs coordinate: [x, y]"},
      {R"({"action":"left_mouse_down"})", "button left down"},
      {R"({"action":"left_mouse_up","coordinate":[5,6]})", "move 5,6; button left up"},
      {R"({"action":"mouse_move","coordinate":[5,6]})", "move 5,6"},
      {R"({"action":"scroll","coordinate":[5,6],"scroll_direction":"down","scroll_amount":3})", "scroll 5,6 by 0,300"},
      {R"({"action":"scroll","scroll_direction":"left","scroll_amount":1,"text":"shift"})",
       "scroll 7,8 by -100,0 +Shift"},
      {R"({"action":"scroll","coordinate":[5,6],"scroll_direction":"sideways"})",
       "refused: scroll needs scroll_direction: up, down, left or right"},
      {R"({"action":"key","text":"ctrl+s"})", "press Control+s"},
      {R"({"action":"key","text":"Tab","repeat":2})", "press Tab; press Tab"},
      {R"({"action":"key","text":"Return"})", "press Enter"},
      {R"({"action":"key","text":"Page_Down Page_Down"})", "press PageDown; press PageDown"},
      {R"({"action":"key"})", "refused: key needs text: the name of a key"},
      {R"({"action":"hold_key","text":"shift","duration":2})", "press Shift for 2000ms"},
      {R"({"action":"type","text":"hi"})", "type hi"},
      {R"({"action":"wait","duration":2.5})", "wait 2500ms"},
      {R"({"action":"wait","duration":100000})", "wait 30000ms"},
      {R"({"action":"zoom","region":[1,2,301,202]})", "look 1,2 301,202"},
      {R"({"action":"zoom","region":[301,202,1,2]})",
       "refused: zoom needs region: its upper left corner first, then its lower right one"},
      {R"({"action":"cursor_position"})", "where"},
      {R"({"action":"dance"})",
       "refused: \"dance\" is not an action of this computer; use screenshot, left_click, right_click, middle_click, "
       "double_click, triple_click, left_click_drag, left_mouse_down, left_mouse_up, mouse_move, scroll, key, "
       "hold_key, type, wait, zoom, cursor_position"}};
  for (const Case& each : cases) EXPECT_EQ(read(Family::anthropic, "computer", each.written), each.done);
}

TEST(GoogleVocabulary, DoesEveryActionOrRefusesIt) {
  const std::tuple<const char*, const char*, const char*> cases[] = {
      {"open_web_browser", "{}", "look"},
      {"take_screenshot", "{}", "look"},
      {"screenshot", "{}", "look"},
      {"click_at", R"({"x":500,"y":500})", "click 500,250 left x1"},
      {"click", R"({"x":999,"y":999})", "click 999,499 left x1"},
      {"click_at", R"({"x":1000,"y":1005})", "click 999,499 left x1"},
      {"click_at", R"({"x":1100,"y":5})",
       "refused: the point (1100, 5) is outside of the screen, which is 1000 x 1000"},
      {"left_click", R"({"x":1,"y":3})", "click 1,1 left x1"},
      {"double_click", R"({"x":10,"y":10})", "click 10,5 left x2"},
      {"triple_click", R"({"x":10,"y":10})", "click 10,5 left x3"},
      {"right_click", R"({"x":10,"y":10})", "click 10,5 right x1"},
      {"middle_click", R"({"x":10,"y":10})", "click 10,5 middle x1"},
      {"hover_at", R"({"x":10,"y":10})", "move 10,5"},
      {"hover", R"({"x":10,"y":10})", "move 10,5"},
      {"move", R"({"x":10,"y":10})", "move 10,5"},
      {"type_text_at", R"({"x":10,"y":10,"text":"hi"})", "click 10,5 left x1; type hi (clear)"},
      {"type_text_at", R"({"x":10,"y":10,"text":"hi","press_enter":true,"clear_before_typing":false})",
       "click 10,5 left x1; type hi (enter)"},
      {"type", R"({"text":"hi","clear_before_typing":false})", "type hi"},
      {"type_text", R"({"x":10,"text":"hi"})", "refused: type_text needs x and y"},
      {"key_combination", R"({"keys":"control+a"})", "press Control+a"},
      {"press_key", R"({"key":"Enter"})", "press Enter"},
      {"hotkey", R"({"keys":["ctrl","shift","t"]})", "press Control+Shift+t"},
      {"keys", R"({})", "refused: keys needs keys"},
      {"scroll_document", R"({"direction":"down"})", "press PageDown"},
      {"scroll_document", R"({"direction":"up"})", "press PageUp"},
      {"scroll_document", R"({"direction":"right"})", "scroll 500,250 by 800,0"},
      {"scroll_at", R"({"x":10,"y":10,"direction":"down"})", "scroll 10,5 by 0,400"},
      {"scroll_at", R"({"x":10,"y":10,"direction":"left","magnitude":100})", "scroll 10,5 by -100,0"},
      {"scroll", R"({"x":10,"y":10,"direction":"up","magnitude_in_pixels":120})", "scroll 10,5 by 0,-120"},
      {"drag_and_drop", R"({"x":10,"y":10,"destination_x":20,"destination_y":20})", "drag 10,5 20,10"},
      {"drag", R"({"start_x":10,"start_y":10,"end_x":20,"end_y":20})", "drag 10,5 20,10"},
      {"drag_and_drop", R"({"x":10,"y":10})", "refused: drag_and_drop needs destination_x and destination_y"},
      {"navigate", R"({"url":"site.example/a"})", "goto https://site.example/a"},
      {"search", "{}", "goto https://www.google.com"},
      {"go_back", "{}", "back"},
      {"go_forward", "{}", "forward"},
      {"wait_5_seconds", "{}", "wait 5000ms"},
      {"wait", R"({"seconds":2})", "wait 2000ms"},
      {"fly", "{}",
       "refused: \"fly\" is not an action of this computer; use click_at, hover_at, type_text_at, key_combination, "
       "scroll_at, scroll_document, drag_and_drop, navigate, go_back, go_forward, wait_5_seconds, take_screenshot"}};
  for (const auto& [name, arguments, done] : cases)
    EXPECT_EQ(read(Family::google, name, arguments), done) << name << arguments;
}

TEST(FaraVocabulary, DoesEveryActionOrRefusesIt) {
  // It sees 1000 x 500 as 1008 x 504.
  const Case cases[] = {
      {R"({"action":"left_click","coordinate":[504,252]})", "click 500,250 left x1"},
      {R"({"action":"mouse_move","coordinate":[504,252]})", "move 500,250"},
      {R"({"action":"type","text":"hi","coordinate":[504,252]})", "click 500,250 left x1; type hi (enter)"},
      {R"({"action":"type","text":"hi","press_enter":false,"delete_existing_text":true})", "type hi (clear)"},
      {R"({"action":"key","keys":["Control","a"]})", "press Control+a"},
      {R"({"action":"scroll","pixels":-300})", "scroll 500,250 by 0,300"},
      {R"({"action":"scroll","pixels":300,"coordinate":[0,0]})", "scroll 0,0 by 0,-300"},
      {R"({"action":"visit_url","url":"http://site.example/"})", "goto http://site.example/"},
      {R"({"action":"web_search","query":"a b&c"})", "goto https://www.bing.com/search?q=a%20b%26c"},
      {R"({"action":"history_back"})", "back"},
      {R"({"action":"wait","time":2})", "wait 2000ms"},
      {R"({"action":"pause_and_memorize_fact","fact":"42"})", ""},
      {R"({"action":"fly"})",
       "refused: \"fly\" is not an action of this computer; use left_click, type, key, mouse_move, scroll, visit_url, "
       "web_search, history_back, wait, pause_and_memorize_fact, terminate"},
      {"{}", "refused: the arguments have no action"}};
  for (const Case& each : cases) EXPECT_EQ(read(Family::fara, "computer_use", each.written), each.done);
  const auto end =
      vocabulary_of(Family::fara)
          .finished_by(
              {.id = "c", .name = "computer_use", .arguments = {{"action", "terminate"}, {"status", "failure"}}});
  ASSERT_TRUE(end);
  EXPECT_FALSE(end->complete);
}

TEST(Vocabulary, TellsActionsWithTheirPointsInPixels) {
  const auto told_of = [](Family family, std::string name, std::string_view arguments) {
    const auto value = json::read(arguments);
    const auto deeds =
        vocabulary_of(family).read({.id = "c", .name = std::move(name), .arguments = value->get_object()}, kSituation);
    return json::write(deeds.at(0).action);
  };
  EXPECT_EQ(told_of(Family::google, "click_at", R"({"x":500,"y":500})"),
            R"({"type":"click","x":500,"y":250,"button":"left"})");
  EXPECT_EQ(told_of(Family::anthropic, "computer", R"({"action":"left_click","coordinate":[5,6]})"),
            R"({"type":"click","x":5,"y":6,"button":"left","action":"left_click","coordinate":[5,6]})");
  EXPECT_EQ(told_of(Family::openai, "computer", R"({"actions":[{"type":"click","button":"left","x":5,"y":6}]})"),
            R"({"type":"click","button":"left","x":5,"y":6})");
  EXPECT_EQ(told_of(Family::fara, "computer_use", R"({"action":"wait","time":2})"),
            R"({"type":"wait","timeMs":2000,"action":"wait","time":2})");
}

TEST(Keys, AreKnownByEveryName) {
  const std::pair<const char*, std::vector<std::string>> cases[] = {
      {"ctrl+shift+t", {"Control+Shift+t"}},
      {"super+l", {"Meta+l"}},
      {"cmd+a", {"Control+a"}},
      {"KP_5", {"5"}},
      {"plus", {"+"}},
      {"ctrl++", {"Control++"}},
      {"Shift_L", {"Shift"}},
      {" ", {"Space"}},
      {"BackSpace BackSpace", {"Backspace", "Backspace"}},
      {"F5", {"F5"}},
      {"", {}},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(chords_in(text), expected) << text;
  EXPECT_EQ(chords({"CTRL", "K", "CTRL", "C"}), (std::vector<std::string>{"Control+K", "Control+C"}));
}

TEST(ScreenModels, AreThoseThatClientsKnowAndWhateverANamedProviderHas) {
  EXPECT_EQ(family_of("openai/gpt-5.4", ""), Family::openai);
  EXPECT_EQ(family_of("microsoft/fara-7b", ""), Family::fara);
  EXPECT_EQ(family_of("anything", "anthropic"), Family::anthropic);
  EXPECT_EQ(family_of("google/new", "google"), Family::google);
  // Newer than the list, and known to use a screen.
  for (const char* model : {"openai/gpt-6-astra", "openai/gpt-6.2-sol", "openai/gpt-5.6-pro"})
    EXPECT_EQ(family_of(model, ""), Family::openai) << model;
  for (const char* model : {"anthropic/claude-opus-5-5", "anthropic/claude-haiku-6"})
    EXPECT_EQ(family_of(model, ""), Family::anthropic) << model;
  for (const char* model : {"google/gemini-4-argon", "google/gemini-flash-latest"})
    EXPECT_EQ(family_of(model, ""), Family::google) << model;
  for (const char* model : {"microsoft/fara-14b", "microsoft/Fara1.5-9B"})
    EXPECT_EQ(family_of(model, ""), Family::fara) << model;
  for (const std::string_view model : models()) EXPECT_TRUE(family_of(model, "")) << model;
  EXPECT_FALSE(family_of("groq/fara-7b", ""));
  EXPECT_FALSE(family_of("groq/gpt-6-astra", ""));
  EXPECT_FALSE(family_of("claude-opus-5-5", ""));
  for (const auto& [model, provider] : {std::pair{"openai/gpt-4o-mini", ""}, {"anthropic.claude", "bedrock"}})
    EXPECT_EQ(
        family_of(model, provider).error().message,
        "To use the computer use agent (CUA), please provide a CUA model in the agent constructor or stagehand config. "
        "Try one of our supported CUA models: openai/gpt-5.4, openai/gpt-5.4-mini, openai/gpt-5.5, "
        "openai/gpt-5.6-terra, openai/gpt-5.6-luna, openai/gpt-5.6-sol, openai/computer-use-preview, "
        "openai/computer-use-preview-2025-03-11, anthropic/claude-opus-4-5-20251101, anthropic/claude-opus-4-6, "
        "anthropic/claude-opus-4-8, anthropic/claude-sonnet-4-6, anthropic/claude-haiku-4-5, "
        "anthropic/claude-haiku-4-5-20251001, anthropic/claude-sonnet-4-20250514, "
        "anthropic/claude-sonnet-4-5-20250929, anthropic/claude-fable-5, "
        "google/gemini-2.5-computer-use-preview-10-2025, google/gemini-3-flash-preview, google/gemini-3.5-flash, "
        "google/gemini-3-pro-preview, microsoft/fara-7b");
}

// Mutant: each call presses as many keys as it likes.
TEST(Vocabularies, ACallPressesSomeKeysAndNoMore) {
  std::string list = R"("a")";
  std::string words = "a";
  for (int i = 1; i < 1001; ++i) {
    list += R"(,"a")";
    words += " a";
  }
  const auto refused = [](std::string_view name, int keys) {
    return fmt::format("refused: {} presses {} keys, more than the 1000 of one call", name, keys);
  };
  EXPECT_EQ(read(Family::openai, "computer", fmt::format(R"({{"actions":[{{"type":"keypress","keys":[{}]}}]}})", list)),
            refused("keypress", 1001));
  EXPECT_EQ(read(Family::google, "key_combination", fmt::format(R"({{"keys":[{}]}})", list)),
            refused("key_combination", 1001));
  EXPECT_EQ(read(Family::fara, "computer_use", fmt::format(R"({{"action":"key","keys":[{}]}})", list)),
            refused("key", 1001));
  EXPECT_EQ(read(Family::anthropic, "computer", fmt::format(R"({{"action":"key","text":"{}"}})", words)),
            refused("key", 1001));
  EXPECT_EQ(
      read(Family::anthropic, "computer", fmt::format(R"({{"action":"hold_key","text":"{}","repeat":100}})", words)),
      refused("hold_key", 100'100));
}

}  // namespace
}  // namespace agent::screen
