target_link_libraries(belay_json PRIVATE simdjson::simdjson)
