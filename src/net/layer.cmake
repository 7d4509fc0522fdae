target_link_libraries(belay_net PRIVATE OpenSSL::SSL OpenSSL::Crypto CURL::libcurl ${BELAY_CARES})
# Each by itself takes as long, and as much memory, as a unit of others.
set_source_files_properties(${CMAKE_SOURCE_DIR}/src/net/beast_src.cc ${CMAKE_SOURCE_DIR}/src/net/websocket.cc
                            PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
target_compile_definitions(belay_net PRIVATE BELAY_VERSION="${PROJECT_VERSION}")
