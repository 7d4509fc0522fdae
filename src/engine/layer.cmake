target_compile_definitions(belay_engine PRIVATE BELAY_VERSION="${PROJECT_VERSION}")
