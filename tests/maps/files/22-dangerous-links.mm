<map version="1.0.1">
<!-- To view this file, download free mind mapping software FreeMind from http://freemind.sourceforge.net -->
<node CREATED="1742180400000" ID="ID_1" MODIFIED="1742180460000"  TEXT="Danger">
<node CREATED="1742180400000" ID="ID_2" MODIFIED="1742180460000" LINK="javascript:alert(1)" TEXT="a">
</node>
<node CREATED="1742180400000" ID="ID_3" MODIFIED="1742180460000" LINK="data:text/html,x" TEXT="b">
</node>
<node CREATED="1742180400000" ID="ID_4" MODIFIED="1742180460000" LINK=" JaVa&#x9;script:x" TEXT="c">
</node>
<node CREATED="1742180400000" ID="ID_5" MODIFIED="1742180460000"  TEXT="d">
<richcontent TYPE="NOTE"><html>
  <head>
    
  </head>
  <body>
<p>x</p><script>alert(1)</script><style>p{}</style>
  </body>
</html>
</richcontent>
</node>
</node>
</map>