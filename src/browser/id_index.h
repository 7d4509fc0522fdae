// IdIndex: ids by an id that they belong to (the frames of a session). Finds, adds and removes without looking at
// others.
#pragma once
#include <map>
#include <set>
#include <string>
#include <vector>

namespace browser {

class IdIndex {
 public:
  void add(const std::string& key, const std::string& id) { sets_[key].insert(id); }
  void remove(const std::string& key, const std::string& id) {
    const auto it = sets_.find(key);
    if (it == sets_.end()) return;
    it->second.erase(id);
    if (it->second.empty()) sets_.erase(it);
  }
  bool has(const std::string& key) const { return sets_.contains(key); }
  std::string first(const std::string& key) const {  // "" when there is none
    const auto it = sets_.find(key);
    return it == sets_.end() ? "" : *it->second.begin();
  }
  // A copy: what is done with each may change the index.
  std::vector<std::string> of(const std::string& key) const {
    const auto it = sets_.find(key);
    if (it == sets_.end()) return {};
    return {it->second.begin(), it->second.end()};
  }

 private:
  std::map<std::string, std::set<std::string>> sets_;  // none is empty
};

}  // namespace browser
