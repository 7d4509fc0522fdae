target_link_libraries(belay_api PRIVATE OpenSSL::Crypto)
if(TARGET api_test)
  target_compile_definitions(api_test PRIVATE BELAY_WIRE_CAPTURES="${CMAKE_SOURCE_DIR}/tests/wire/captures")
endif()
