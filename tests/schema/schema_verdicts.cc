// For each line {"schema":…,"data":…} of the input a line of the output: "fits", or what the checker says is wrong, as
// JSON strings.
#include <iostream>
#include <string>

#include "json/read.h"
#include "json/write.h"
#include "llm/json_schema.h"

int main() {
  for (std::string line; std::getline(std::cin, line);) {
    const auto given = json::read(line);
    const json::Object* both = given ? given->if_object() : nullptr;
    if (!both || !both->contains("schema") || !both->contains("data")) {
      std::cerr << "A line is not {\"schema\":…,\"data\":…}: " << line << "\n";
      return 1;
    }
    base::Budget budget(llm::kSchemaSteps, llm::kSchemaTime);
    llm::SchemaChecker checker(both->at("schema"), budget, llm::SchemaChecker::Formats::none);
    std::cout << json::write(json::Value(checker.misfit(both->at("data")).value_or("fits"))) << "\n";
  }
}
