target_link_libraries(belay_metrics PRIVATE prometheus-cpp::core)
