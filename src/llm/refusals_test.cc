#include "llm/refusals.h"

#include <gtest/gtest.h>

#include "json/read.h"
#include "json/write.h"
#include "llm/parameters.h"

namespace llm {
namespace {

std::string told(std::string_view body) { return explanation(*json::read(body)).value_or("nothing"); }

TEST(Refusals, AreToldInTheProvidersOwnWordsWhateverTheirShape) {
  const std::pair<const char*, const char*> cases[] = {
      {R"({"error":{"message":"a"}})", "a"},
      {R"({"error":"b"})", "b"},
      {R"([{"error":{"message":"c"}}])", "c"},
      {R"({"Message":"d"})", "d"},
      {R"({"detail":"e"})", "e"},
      {R"({"detail":[{"loc":["body","messages",1,"content"],"msg":"f","type":"x"},{"msg":"g"}]})",
       "messages.1.content: f; g"},
      {R"({"object":"error","message":{"detail":[{"loc":["body","foo"],"msg":"h"}]}})", "foo: h"},
      {R"({"errors":[{"message":"i"}]})", "i"},
      {R"({"error":{"message":"Provider returned error","metadata":{"raw":"it is full"}}})",
       "Provider returned error: it is full"},
      {R"({"error":{}})", "nothing"},
      {R"([])", "nothing"},
      {R"(7)", "nothing"},
      {R"([[[[[[[[["deep"]]]]]]]]])", "nothing"}};
  for (const auto& [body, words] : cases) EXPECT_EQ(told(body), words) << body;
  EXPECT_EQ(plain_explanation(" no such model \n"), "no such model");
  for (const char* none : {"", "<html>502</html>", "{\"half\":", "\x01\x02"})
    EXPECT_FALSE(plain_explanation(none)) << none;
}

TEST(Refusals, AreFoundInWhatCallsItselfASuccess) {
  const std::tuple<const char*, const char*, int> cases[] = {
      {R"({"error":{"message":"a","code":429}})", "a", 429},
      {R"({"error":{"message":"b","code":"rate_limit_exceeded"}})", "b", 429},
      {R"({"error":{"message":"c","type":"invalid_request_error"}})", "c", 400},
      {R"({"status":"failed","output":[],"error":{"code":"server_error","message":"d"}})", "d", 500},
      {R"({"status":"failed","error":{"code":"image_too_large","message":"e"}})", "e", 400},
      {R"({"error":"f"})", "f", 500},
      {R"({"choices":[{"error":{"message":"g","code":502},"message":{"content":""}}]})", "g", 502}};
  for (const auto& [body, words, status] : cases) {
    const auto found = hidden_error(*json::read(body));
    ASSERT_TRUE(found) << body;
    EXPECT_EQ(found->message, words) << body;
    EXPECT_EQ(found->status, status) << body;
  }
  for (const char* none : {"{}", R"({"error":null,"output":[]})", R"({"choices":[{}]})", R"({"error":0})",
                           R"({"error":{}})", R"({"error":""})", "[]"})
    EXPECT_FALSE(hidden_error(*json::read(none))) << none;
}

TEST(Refusals, TellAMissingApiFromAMissingModel) {
  for (const auto& [status, message] :
       std::initializer_list<std::pair<int, const char*>>{{404, "404 page not found"},
                                                          {404, "no such route"},
                                                          {404, "Invalid URL (POST /v1/responses)"},
                                                          {404, "The model m is not served at /responses"},
                                                          {405, "Method Not Allowed"},
                                                          {501, "openai answered with HTTP status 501"},
                                                          {400, "Unsupported endpoint"},
                                                          {400, "This server does not support the Responses API"}})
    EXPECT_TRUE(lacks_responses(status, message)) << message;
  for (const auto& [status, message] : std::initializer_list<std::pair<int, const char*>>{
           {404, "The model `gpt-17` does not exist or you do not have access to it."},
           {404, "model \"x\" not found, try pulling it first"},
           {400, "Unsupported parameter: 'verbosity'"},
           {403, "no such route"},
           {500, "boom"}})
    EXPECT_FALSE(lacks_responses(status, message)) << message;
}

TEST(Refusals, AboutSchemasComeWithManyStatuses) {
  EXPECT_TRUE(refuses_schemas(400, "This model does not support response format `json_schema`"));
  EXPECT_TRUE(refuses_schemas(404, "No endpoint supports response_format"));
  EXPECT_TRUE(refuses_schemas(500, "Failed to parse grammar"));
  EXPECT_TRUE(refuses_schemas(400, "output_config: Extra inputs are not permitted"));
  EXPECT_FALSE(refuses_schemas(400, "output_config.effort: not supported"));
  EXPECT_FALSE(refuses_schemas(500, "tool use failed"));
  EXPECT_FALSE(refuses_schemas(429, "response_format"));
}

TEST(Refusals, OfPicturesAreNotThoseOfOnePicture) {
  for (const char* message : {"messages[1]: unknown variant `image_url`, expected `text`",
                              "Invalid content type. image_url is only supported by certain models.",
                              "image input is not supported - hint: you may need to provide the mmproj",
                              "At most 0 image(s) may be provided in one prompt.",
                              "this model does not support image input", "No endpoints found that support image input"})
    EXPECT_TRUE(refuses_pictures(400, message)) << message;
  for (const char* message : {"image exceeds 5 MB maximum", "Could not process image", "Unsupported parameter: 'x'",
                              "The image media type image/bmp is not supported"})
    EXPECT_FALSE(refuses_pictures(400, message)) << message;
  EXPECT_FALSE(refuses_pictures(429, "does not support images"));
}

TEST(Parameters, AreFoundByTheNameThatARefusalSays) {
  EXPECT_EQ(refused_parameter(400, "text.verbosity", "Unsupported value"), "verbosity");
  EXPECT_EQ(refused_parameter(400, "reasoning.effort", "Unsupported value: 'none'"), "effort");
  EXPECT_EQ(refused_parameter(400, "", "Unsupported parameter: 'verbosity'"), "verbosity");
  EXPECT_EQ(refused_parameter(422, "", "temperature: Extra inputs are not permitted"), "temperature");
  EXPECT_EQ(refused_parameter(400, "", "`temperature` is deprecated for this model."), "temperature");
  EXPECT_EQ(refused_parameter(400, "", "Unrecognized request argument supplied: 'store'"), "store");
  EXPECT_EQ(refused_parameter(400, "", "Encrypted content is not supported with this model."), "include");
  EXPECT_EQ(refused_parameter(400, "", "tool_choice forces tool use is not supported for this model"), "tool_choice");
  EXPECT_EQ(refused_parameter(400, "", "You cannot store what must include less effort"), "");
  EXPECT_EQ(refused_parameter(400, "messages", "Invalid value"), "");
  EXPECT_EQ(refused_parameter(500, "", "Unsupported parameter: 'verbosity'"), "");
}

TEST(Parameters, AreTakenOutOfBodiesWhereverTheyAre) {
  json::Value body = *json::read(
      R"({"verbosity":"low","text":{"format":1,"verbosity":"low"},"output_config":{"effort":"low"},"toolConfig":{"tools":[],"toolChoice":{}},
          "messages":[{"reasoning_content":"","content":"x"},7]})");
  const std::vector<std::string> all{"verbosity", "effort", "tool_choice", "reasoning_content"};
  EXPECT_TRUE(leave_out(body, all));
  EXPECT_EQ(json::write(body), R"({"text":{"format":1},"toolConfig":{"tools":[]},"messages":[{"content":"x"},7]})");
  EXPECT_FALSE(leave_out(body, all));
  json::Value list = json::Array{1};
  EXPECT_FALSE(leave_out(list, all));
}

}  // namespace
}  // namespace llm
