<map version="freeplane 1.11.5">
<!--To view this file, download free mind mapping software Freeplane from https://www.freeplane.org -->
<node TEXT="Formats" ID="ID_1"><node FORMAT="markdownPatternFormat" TEXT="**bold**" ID="ID_2"/><node LOCALIZED_TEXT="new_node" ID="ID_3"/><node TEXT="" ID="ID_4"/></node></map>