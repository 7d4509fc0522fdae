target_link_libraries(belay_base PRIVATE spdlog::spdlog)
