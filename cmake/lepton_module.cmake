# The build is the architecture: a module names its floor and the modules it may use.
#
#   lepton_module(sparql FLOOR engines DEPENDS rdf [LINK third-party...])
#
# A dependency must be declared before its user and stand on the same or a lower floor; anything else stops the configuration.
# Sources are src/<floor>/<module>/*.cpp and those one folder below; `x_test.cpp` beside them become the test program <module>_test.
# Each module exports only itself, as "<module>/header.h".
set(LEPTON_FLOORS foundation engines pillars protocols programs)

# Standard headers, fmt and JSON are in nearly every file: compiled once, for all modules.
function(lepton_precompiled_headers)
  file(WRITE ${CMAKE_BINARY_DIR}/pch/pch.cpp "// carries the precompiled headers of all modules\n")
  add_library(lepton_pch OBJECT ${CMAKE_BINARY_DIR}/pch/pch.cpp)
  target_link_libraries(lepton_pch PUBLIC Boost::json fmt::fmt Threads::Threads)
  target_precompile_headers(lepton_pch PRIVATE ${CMAKE_SOURCE_DIR}/cmake/precompiled.h)
  if(LEPTON_TESTS)
    file(WRITE ${CMAKE_BINARY_DIR}/pch/test_pch.cpp "// carries the precompiled headers of all tests\n")
    add_library(lepton_test_pch OBJECT ${CMAKE_BINARY_DIR}/pch/test_pch.cpp)
    target_link_libraries(lepton_test_pch PUBLIC Boost::json fmt::fmt Threads::Threads GTest::gmock)
    target_precompile_headers(lepton_test_pch PRIVATE ${CMAKE_SOURCE_DIR}/cmake/precompiled_test.h)
  endif()
endfunction()
lepton_precompiled_headers()

function(lepton_check_dependency name floor dependency)
  get_property(dependency_floor GLOBAL PROPERTY LEPTON_FLOOR_OF_${dependency})
  if(NOT dependency_floor)
    message(FATAL_ERROR "module ${name} uses ${dependency}, which is not declared before it (ARCHITECTURE.md, floors)")
  endif()
  list(FIND LEPTON_FLOORS ${floor} mine)
  list(FIND LEPTON_FLOORS ${dependency_floor} theirs)
  if(theirs GREATER mine)
    message(FATAL_ERROR "module ${name} on floor ${floor} may not use ${dependency} on the higher floor ${dependency_floor}")
  endif()
endfunction()

function(lepton_module name)
  cmake_parse_arguments(ARG "" "FLOOR" "DEPENDS;LINK" ${ARGN})
  list(FIND LEPTON_FLOORS "${ARG_FLOOR}" floor_index)
  if(floor_index LESS 0)
    message(FATAL_ERROR "module ${name}: unknown floor '${ARG_FLOOR}', expected one of ${LEPTON_FLOORS}")
  endif()
  foreach(dependency IN LISTS ARG_DEPENDS)
    lepton_check_dependency(${name} ${ARG_FLOOR} ${dependency})
  endforeach()
  set_property(GLOBAL PROPERTY LEPTON_FLOOR_OF_${name} ${ARG_FLOOR})

  set(folder ${CMAKE_SOURCE_DIR}/src/${ARG_FLOOR}/${name})
  file(GLOB sources CONFIGURE_DEPENDS ${folder}/*.cpp ${folder}/*/*.cpp)
  set(tests ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  list(FILTER sources EXCLUDE REGEX "_test\\.cpp$")

  # An include tree that holds this module alone, so that a header of another module is not found by accident.
  set(include_tree ${CMAKE_BINARY_DIR}/include/${name})
  file(MAKE_DIRECTORY ${include_tree})
  file(CREATE_LINK ${folder} ${include_tree}/${name} SYMBOLIC)

  add_library(${name} STATIC ${sources})
  target_include_directories(${name} PUBLIC ${include_tree})
  target_link_libraries(${name} PUBLIC ${ARG_DEPENDS} Boost::json fmt::fmt Threads::Threads PRIVATE ${ARG_LINK})
  target_precompile_headers(${name} REUSE_FROM lepton_pch)

  if(LEPTON_TESTS AND tests)
    lepton_test(${name}_test SOURCES ${tests} LINK ${name} ${ARG_LINK})
  endif()
endfunction()

# lepton_test(name SOURCES ... LINK ... [LABELS ...]): a GoogleTest program whose cases ctest runs one by one.
function(lepton_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK;LABELS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES} ${LEPTON_SANITIZER_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_LINK} GTest::gmock_main)
  target_precompile_headers(${name} REUSE_FROM lepton_test_pch)
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST PROPERTIES TIMEOUT 300 LABELS "${ARG_LABELS}")
endfunction()
include(GoogleTest)
